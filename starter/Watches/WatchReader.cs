using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Starter.Status;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Watch;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;

namespace PersonalizeConnectors.Starter.Watches;

/// <summary>Puts together what the service knows of a watch.</summary>
internal static class WatchReader
{
    // Deliveries of parts are pending beside it.
    private const string Activity = "WatchEvents";

    public static async Task<WatchDocument> ReadAsync(WatchTarget target, CancellationToken cancellationToken)
    {
        var document = new WatchDocument(target.Root, target.WorkflowId, WatchState.None, null, null, null, null, null, [], [], null);
        if (await JobStatusReader.FindAsync(target.Client, target.WorkflowId, cancellationToken) is not { } found)
        {
            return document;
        }

        document = document with { StartedAt = found.StartTime };
        return found.Status == WorkflowExecutionStatus.Running
            ? await RunningAsync(document, target, found, cancellationToken)
            : await EndedAsync(document, target, found, cancellationToken);
    }

    /// <summary>What the root's last watch knew of jobs when it ended, however it ended: starts that waited, and when it started which.</summary>
    /// <returns>Null where it was canceled or terminated, and no worker answers.</returns>
    public static async Task<IReadOnlyList<WatchedStart>?> LeftAsync(WatchTarget target, CancellationToken cancellationToken) =>
        await ReadAsync(target, cancellationToken) is { State: WatchState.Stopped or WatchState.Failed } ended ? ended.Events is null ? null : ended.Jobs : [];

    private static async Task<WatchDocument> RunningAsync(
        WatchDocument document, WatchTarget target, WorkflowExecutionDescription found, CancellationToken cancellationToken)
    {
        var progress = await target.Workflow.QueryAsync(found.RunId, cancellationToken);
        var pending = await target.Workflow.PendingAsync(found.RunId, Activity, cancellationToken);
        var sight = StandingWorkflow<OutputWatchWorkflow, OutputWatchResult>.PositionOf(pending)?.Watch;
        var isRunning = StandingWorkflow<OutputWatchWorkflow, OutputWatchResult>.IsRunning(pending);
        document = progress is null ? document : Of(document, progress);
        return document with
        {
            State = isRunning ? WatchState.Running : WatchState.Waiting,
            Events = sight is null ? document.Events : (document.Events ?? new()) + sight,
            Trouble = isRunning ? document.Trouble : pending?.LastFailure?.Message ?? "No worker has taken it yet.",
        };
    }

    private static async Task<WatchDocument> EndedAsync(WatchDocument document, WatchTarget target, WorkflowExecutionDescription found, CancellationToken cancellationToken)
    {
        var (result, failure) = await target.Workflow.EndAsync(found.RunId, cancellationToken);
        // What one knew that was canceled or terminated only a worker can tell.
        result ??= await target.Workflow.QueryAsync(found.RunId, cancellationToken);
        document = result is null ? document : Of(document, result);
        return document with
        {
            State = found.Status is WorkflowExecutionStatus.Completed or WorkflowExecutionStatus.Canceled ? WatchState.Stopped : WatchState.Failed,
            Trouble = failure ?? document.Trouble,
        };
    }

    private static WatchDocument Of(WatchDocument document, OutputWatchResult result) => document with
    {
        Queue = result.Queue,
        Events = result.Events,
        Parts = result.Parts,
        Runs = new(result.Started, result.Busy, result.Late),
        Jobs = result.Jobs,
        Undelivered = result.Undelivered,
        Trouble = result.Trouble,
    };
}
