using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Starter.Runs;

/// <summary>Follows a run to its end: finished steps by the query, running ones by their heartbeats; an unreachable service is waited for.</summary>
/// <param name="patience">How long an unreachable service is waited for; null for ever.</param>
internal sealed class RunWatcher(ITemporalClient client, IRunView view, TimeProvider clock, TimeSpan? patience)
{
    /// <summary>A service that is restarted is back within it; what runs there goes on meanwhile.</summary>
    public static readonly TimeSpan ServicePatience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(400);

    // Workers that are just being started are there by then.
    private static readonly TimeSpan WorkerPatience = TimeSpan.FromSeconds(3);

    private readonly RunInspector _inspector = new(client, clock);
    private long? _unpolledSince;

    /// <returns>The closed run's description.</returns>
    /// <exception cref="Temporal.TemporalUnreachableException">The service stayed away.</exception>
    public async Task<WorkflowExecutionDescription> WatchAsync(WorkflowHandle handle, CancellationToken cancellationToken)
    {
        var lastSeen = clock.GetTimestamp();
        JobProgress progress = new();
        while (true)
        {
            try
            {
                var description = await handle.DescribeAsync(new WorkflowDescribeOptions { Rpc = RunInspector.Deadline(cancellationToken) });
                lastSeen = clock.GetTimestamp();
                if (description.Status != WorkflowExecutionStatus.Running)
                {
                    view.Show(await RunInspector.QueryAsync(handle, cancellationToken) ?? progress, []);
                    return description;
                }

                // Without a worker to answer, what was known stands.
                progress = await RunInspector.QueryAsync(handle, cancellationToken) ?? progress;
                view.Show(progress, Settled(await _inspector.RunningAsync(description.Id, description.RunId, cancellationToken)));
            }
            catch (RpcException e) when (e.Code is RpcException.StatusCode.Unavailable or RpcException.StatusCode.DeadlineExceeded or RpcException.StatusCode.Cancelled)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (clock.GetElapsedTime(lastSeen) > patience)
                {
                    throw new Temporal.TemporalUnreachableException("Temporal went away while the run was under way. What was accepted is on record: run the job again, and it goes on with the rest.", e);
                }

                view.Note("Temporal does not answer; waiting for it.");
            }

            await Task.Delay(Between, clock, cancellationToken);
        }
    }

    private IReadOnlyList<RunningStep> Settled(IReadOnlyList<RunningStep> running)
    {
        _unpolledSince = running.Any(r => r.Name == UnpolledQueue.Name) ? _unpolledSince ?? clock.GetTimestamp() : null;
        return _unpolledSince is { } since && clock.GetElapsedTime(since) < WorkerPatience ? [.. running.Where(r => r.Name != UnpolledQueue.Name)] : running;
    }
}
