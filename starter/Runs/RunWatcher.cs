using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Starter.Runs;

/// <summary>Follows a run to its end: finished steps by the query, running ones by their heartbeats; an unreachable service is waited for.</summary>
internal sealed class RunWatcher(ITemporalClient client, IRunView view, TimeProvider clock)
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan QueryPatience = TimeSpan.FromSeconds(3);

    // A service that is restarted is back within it; what runs there goes on meanwhile.
    private static readonly TimeSpan ServicePatience = TimeSpan.FromSeconds(60);

    /// <returns>The closed run's description.</returns>
    /// <exception cref="Temporal.TemporalUnreachableException">The service stayed away.</exception>
    /// <param name="isGone">True where waiting for the service is in vain.</param>
    public async Task<WorkflowExecutionDescription> WatchAsync(WorkflowHandle handle, Func<bool> isGone, CancellationToken cancellationToken)
    {
        var lastSeen = clock.GetTimestamp();
        JobProgress progress = new();
        while (true)
        {
            try
            {
                var description = await handle.DescribeAsync(new WorkflowDescribeOptions { Rpc = Deadline(cancellationToken) });
                lastSeen = clock.GetTimestamp();
                if (description.Status != WorkflowExecutionStatus.Running)
                {
                    view.Show(await QueryAsync(handle, progress, cancellationToken), []);
                    return description;
                }

                progress = await QueryAsync(handle, progress, cancellationToken);
                view.Show(progress, await RunningAsync(description, progress, cancellationToken));
            }
            catch (RpcException e) when (e.Code is RpcException.StatusCode.Unavailable or RpcException.StatusCode.DeadlineExceeded or RpcException.StatusCode.Cancelled)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (isGone() || clock.GetElapsedTime(lastSeen) > ServicePatience)
                {
                    throw new Temporal.TemporalUnreachableException("Temporal went away while the run was under way. What was accepted is on record: run the job again, and it goes on with the rest.", e);
                }

                view.Note("Temporal does not answer; waiting for it.");
            }

            await Task.Delay(Between, clock, cancellationToken);
        }
    }

    private static async Task<JobProgress> QueryAsync(WorkflowHandle handle, JobProgress known, CancellationToken cancellationToken)
    {
        try
        {
            return await handle.QueryAsync<JobProgress>("progress", [], new WorkflowQueryOptions { Rpc = Deadline(cancellationToken) });
        }
        catch (Exception e) when (e is RpcException or WorkflowQueryFailedException or WorkflowQueryRejectedException)
        {
            // No worker is there to answer; what was known stands.
            return known;
        }
    }

    private async Task<IReadOnlyList<RunningStep>> RunningAsync(
        WorkflowExecutionDescription description, JobProgress progress, CancellationToken cancellationToken)
    {
        var running = PendingSteps.Of(await DescribeAsync(description.Id, cancellationToken)).ToList();
        foreach (var delivery in progress.Steps.Where(s => s is { Name: "Deliver", Connector: not null } && s.Done < s.Total))
        {
            try
            {
                var child = ConnectorRunIds.Delivery(description.Id, progress.RunId, delivery.Connector!);
                running.AddRange(PendingSteps.Of(await DescribeAsync(child, cancellationToken)));
            }
            catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
            {
                // Not started yet.
            }
        }

        return running;
    }

    // The SDK's own description leaves out what is pending.
    private Task<DescribeWorkflowExecutionResponse> DescribeAsync(string workflowId, CancellationToken cancellationToken) =>
        client.WorkflowService.DescribeWorkflowExecutionAsync(
            new DescribeWorkflowExecutionRequest { Namespace = client.Options.Namespace, Execution = new() { WorkflowId = workflowId } },
            Deadline(cancellationToken));

    private static RpcOptions Deadline(CancellationToken cancellationToken) => new() { Timeout = QueryPatience, CancellationToken = cancellationToken };
}
