using System.Text.Json;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Starter.Status;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Watch;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

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

    private static async Task<WatchDocument> RunningAsync(
        WatchDocument document, WatchTarget target, WorkflowExecutionDescription found, CancellationToken cancellationToken)
    {
        var handle = target.Client.GetWorkflowHandle<OutputWatchWorkflow>(found.Id, found.RunId);
        var progress = await QueryAsync(handle, cancellationToken);
        var pending = await PendingAsync(target, found, cancellationToken);
        var isRunning = pending is { State: PendingActivityState.Started or PendingActivityState.CancelRequested };
        document = progress is null ? document : Of(document, progress);
        return document with
        {
            State = isRunning ? WatchState.Running : WatchState.Waiting,
            Events = SightOf(pending) is { } sight ? (document.Events ?? new()) + sight : document.Events,
            Trouble = isRunning ? document.Trouble : pending?.LastFailure?.Message ?? "No worker has taken it yet.",
        };
    }

    private static async Task<WatchDocument> EndedAsync(WatchDocument document, WatchTarget target, WorkflowExecutionDescription found, CancellationToken cancellationToken)
    {
        try
        {
            var result = await target.Client.GetWorkflowHandle(found.Id, found.RunId)
                .GetResultAsync<OutputWatchResult>(rpcOptions: new RpcOptions { CancellationToken = cancellationToken });
            return Of(document, result) with { State = WatchState.Stopped };
        }
        catch (WorkflowFailedException e)
        {
            return document with
            {
                State = found.Status == WorkflowExecutionStatus.Canceled ? WatchState.Stopped : WatchState.Failed,
                Trouble = e.InnerException?.Message ?? e.Message,
            };
        }
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

    private static async Task<OutputWatchResult?> QueryAsync(WorkflowHandle<OutputWatchWorkflow> handle, CancellationToken cancellationToken)
    {
        try
        {
            return await handle.QueryAsync(watch => watch.GetProgress(), new WorkflowQueryOptions { Rpc = RunInspector.Deadline(cancellationToken) });
        }
        catch (Exception e) when (e is RpcException or WorkflowQueryFailedException or WorkflowQueryRejectedException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    // The SDK's own description leaves out what is pending.
    private static async Task<PendingActivityInfo?> PendingAsync(WatchTarget target, WorkflowExecutionDescription found, CancellationToken cancellationToken)
    {
        var description = await target.Client.WorkflowService.DescribeWorkflowExecutionAsync(
            new() { Namespace = target.Client.Options.Namespace, Execution = new() { WorkflowId = found.Id, RunId = found.RunId } },
            RunInspector.Deadline(cancellationToken));
        return description.PendingActivities.FirstOrDefault(activity => activity.ActivityType.Name == Activity);
    }

    private static WatchCounts? SightOf(PendingActivityInfo? pending) =>
        pending?.HeartbeatDetails?.Payloads_.FirstOrDefault()?.Data.ToByteArray() is { } details
            ? JsonSerializer.Deserialize<StepPosition>(details, JsonSerializerOptions.Web)?.Watch
            : null;
}
