using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Starter.Jobs;
using PersonalizeConnectors.Starter.Temporal;
using PersonalizeConnectors.Workflows.Jobs;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;

namespace PersonalizeConnectors.Starter.Status;

/// <summary>The newest run of a job on the configured service, for commands that follow it or end it.</summary>
/// <param name="Handle">Of this very run: a later one is not followed.</param>
internal sealed record RunFound(ITemporalClient Client, WorkflowHandle Handle, WorkflowExecutionDescription Description)
{
    /// <exception cref="TemporalUnreachableException">No service is configured, or it is not there.</exception>
    /// <exception cref="NoRunException">The service knows no run of the job.</exception>
    public static async Task<RunFound> FindAsync(string jobPath, CancellationToken cancellationToken)
    {
        if (await ConfiguredService.ConnectAsync(cancellationToken) is not { } service)
        {
            var holder = await HolderAsync(jobPath, cancellationToken);
            throw new TemporalUnreachableException(
                StatusView.WithoutService
                + (holder is null
                    ? " No process has this job now."
                    : $" Run {holder.RunId} of this job is process {holder.ProcessId} on {holder.Host}: it is followed and ended (Ctrl-C) where it was started."));
        }

        return await JobStatusReader.FindAsync(service.Client, JobId.Of(jobPath), cancellationToken) is { } found
            ? new(service.Client, service.Client.GetWorkflowHandle(found.Id, found.RunId), found)
            : throw new NoRunException($"Temporal at {service.Address} knows no run of {jobPath} (workflow \"{JobId.Of(jobPath)}\"). \"runs\" lists those that ended.");
    }

    /// <summary>The same where the run must be under way.</summary>
    /// <param name="verb">What is to be done with it.</param>
    /// <exception cref="NoRunException">It is not.</exception>
    public static async Task<RunFound> FindRunningAsync(string jobPath, string verb, CancellationToken cancellationToken)
    {
        var run = await FindAsync(jobPath, cancellationToken);
        return run.Description.Status == WorkflowExecutionStatus.Running
            ? run
            : throw new NoRunException($"No run of {jobPath} is under way; the last one ended as {JobStatusReader.StatusOf(run.Description.Status)}. There is nothing to {verb}.");
    }

    private static async Task<HeldBy?> HolderAsync(string jobPath, CancellationToken cancellationToken)
    {
        using var job = JobScope.Open(jobPath);
        return await job.Get<IJobHold>().FindHolderAsync(job.Location, cancellationToken);
    }
}

/// <summary>There is nothing to follow or to end; exit code 1.</summary>
internal sealed class NoRunException(string message) : ConnectorException("NoRun", message, transient: false);
