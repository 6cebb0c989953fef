using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Starter.History;
using PersonalizeConnectors.Starter.Jobs;
using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Starter.Temporal;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Starter.Status;

/// <summary>Puts together what the service and the job's folder know.</summary>
/// <param name="service">Null where none is configured.</param>
/// <param name="job">Null where the job's folder cannot be seen from here, as on another host.</param>
internal sealed class JobStatusReader(ConfiguredService? service, JobScope? job)
{
    public async Task<JobStatus> ReadAsync(string jobPath, CancellationToken cancellationToken)
    {
        var jobId = JobId.Of(jobPath);
        var execution = service is null ? null : await FindAsync(service.Client, jobId, cancellationToken);
        var run = execution is { Status: WorkflowExecutionStatus.Running } ? await ReadRunAsync(execution, cancellationToken) : null;
        var holder = run is null && job is not null ? await job.Get<IJobHold>().FindHolderAsync(job.Location, cancellationToken) : null;
        var last = await ReadLastAsync(execution, cancellationToken);
        var state = run is null ? holder is null ? JobState.Idle : JobState.Elsewhere
            : run.Running.Any(r => r.Name == StuckTask.Name) ? JobState.Stuck
            : run.Paused is not null ? JobState.Paused
            : JobState.Running;
        return new(jobPath, jobId, service?.Address, state, run, holder, last);
    }

    /// <summary>The newest run of the job on the service; null where it knows none.</summary>
    public static async Task<WorkflowExecutionDescription?> FindAsync(ITemporalClient client, string jobId, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetWorkflowHandle(jobId).DescribeAsync(new WorkflowDescribeOptions { Rpc = RunInspector.Deadline(cancellationToken) });
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            return null;
        }
    }

    private async Task<RunInProgress> ReadRunAsync(WorkflowExecutionDescription execution, CancellationToken cancellationToken)
    {
        var handle = service!.Client.GetWorkflowHandle(execution.Id, execution.RunId);
        var progress = await RunInspector.QueryAsync(handle, cancellationToken);
        var runId = progress?.RunId is { Length: > 0 } known ? known : await MemoAsync<string>(execution, "RunId");
        var phase = progress?.Phase is { Length: > 0 } current ? current : await MemoAsync<string>(execution, ConnectorSearchAttributes.Phase.Name);
        var paused = progress is null ? await MemoAsync<PausedRun>(execution, PausedRun.MemoName) : progress.Paused;
        var running = await new RunInspector(service.Client, TimeProvider.System).RunningAsync(execution.Id, execution.RunId, cancellationToken);
        return new(runId, execution.RunId, execution.StartTime, phase, paused, progress is not null, progress?.Steps ?? [], running);
    }

    private async Task<EndedRun?> ReadLastAsync(WorkflowExecutionDescription? execution, CancellationToken cancellationToken)
    {
        var ended = execution is { CloseTime: not null } ? execution : null;
        var endedId = ended is null ? null : await MemoAsync<string>(ended, "RunId");
        if (job is not null)
        {
            if (await new RunHistory(job.Location).FindLastAsync(cancellationToken) is { } report
                && (ended is null || endedId == report.RunId || ended.StartTime < report.StartedAt))
            {
                return new(report.RunId, report.Status, report.StartedAt, report.Seconds, report.Failure);
            }
        }

        // A run that failed before it wrote anything, was terminated, or whose folder is elsewhere, is known to the service alone.
        return ended is null ? null : new(endedId, StatusOf(ended.Status), ended.StartTime, (ended.CloseTime!.Value - ended.StartTime).TotalSeconds, null);
    }

    /// <summary>The word for a closed run's status, a report's where a report has it.</summary>
    public static string StatusOf(WorkflowExecutionStatus status) => status switch
    {
        WorkflowExecutionStatus.Completed => RunStatus.Completed,
        WorkflowExecutionStatus.Canceled => RunStatus.Canceled,
        WorkflowExecutionStatus.Terminated => "terminated",
        WorkflowExecutionStatus.TimedOut => "timedOut",
        _ => RunStatus.Failed,
    };

    private static async Task<T?> MemoAsync<T>(WorkflowExecutionDescription execution, string name)
        where T : class => execution.Memo.TryGetValue(name, out var value) ? await value.ToValueAsync<T>() : null;
}
