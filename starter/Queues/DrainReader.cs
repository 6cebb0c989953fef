using System.Text.Json;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Starter.Status;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Delivery;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Starter.Queues;

/// <summary>Puts together what the service and the queue know of a drain.</summary>
internal static class DrainReader
{
    public static async Task<DrainDocument> ReadAsync(DrainTarget target, TimeProvider time, CancellationToken cancellationToken)
    {
        var (queue, problem) = await LookAsync(target, cancellationToken);
        var document = new DrainDocument(
            target.JobPath, target.Connector.Name, target.WorkflowId, DrainState.None, null, null, 0, null, null, null, queue, problem);
        if (await JobStatusReader.FindAsync(target.Client, target.WorkflowId, cancellationToken) is not { } found)
        {
            return document;
        }

        document = document with { StartedAt = found.StartTime };
        return found.Status == WorkflowExecutionStatus.Running
            ? await RunningAsync(document, target, found, time, cancellationToken)
            : await EndedAsync(document, target, found, cancellationToken);
    }

    private static async Task<DrainDocument> RunningAsync(
        DrainDocument document, DrainTarget target, WorkflowExecutionDescription found, TimeProvider time, CancellationToken cancellationToken)
    {
        var handle = target.Client.GetWorkflowHandle<QueueDrainWorkflow>(found.Id, found.RunId);
        var earlier = await QueryAsync(handle, cancellationToken);
        var pending = await PendingAsync(target, found, cancellationToken);
        var sight = SightOf(pending);
        var isRunning = pending is { State: PendingActivityState.Started or PendingActivityState.CancelRequested };
        return document with
        {
            State = isRunning ? DrainState.Running : DrainState.Waiting,
            Counts = earlier is null ? sight?.Counts : sight is null ? earlier.Counts : earlier.Counts + sight.Counts,
            Held = sight?.Held ?? 0,
            OldestSentAt = sight?.OldestSentAt,
            OldestAgeSeconds = sight?.OldestSentAt is { } sent ? Math.Max(0, Math.Round((time.GetUtcNow() - sent).TotalSeconds, 1)) : null,
            Trouble = isRunning ? null : pending?.LastFailure?.Message ?? "No worker has taken it yet.",
        };
    }

    private static async Task<DrainDocument> EndedAsync(DrainDocument document, DrainTarget target, WorkflowExecutionDescription found, CancellationToken cancellationToken)
    {
        try
        {
            var result = await target.Client.GetWorkflowHandle(found.Id, found.RunId)
                .GetResultAsync<QueueDrainResult>(rpcOptions: new RpcOptions { CancellationToken = cancellationToken });
            return document with { State = DrainState.Stopped, Counts = result.Counts };
        }
        catch (WorkflowFailedException e)
        {
            return document with
            {
                State = found.Status == WorkflowExecutionStatus.Canceled ? DrainState.Stopped : DrainState.Failed,
                Trouble = e.InnerException?.Message ?? e.Message,
            };
        }
    }

    private static async Task<(QueueBacklog? Queue, string? Problem)> LookAsync(DrainTarget target, CancellationToken cancellationToken)
    {
        try
        {
            return (await target.Job.Get<QueueInspector>().ReadAsync(target.Connector, cancellationToken), null);
        }
        catch (ConnectorException e)
        {
            return (null, e.Message);
        }
    }

    private static async Task<QueueDrainResult?> QueryAsync(WorkflowHandle<QueueDrainWorkflow> handle, CancellationToken cancellationToken)
    {
        try
        {
            return await handle.QueryAsync(drain => drain.GetProgress(), new WorkflowQueryOptions { Rpc = RunInspector.Deadline(cancellationToken) });
        }
        catch (Exception e) when (e is RpcException or WorkflowQueryFailedException or WorkflowQueryRejectedException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }

    // The SDK's own description leaves out what is pending.
    private static async Task<PendingActivityInfo?> PendingAsync(DrainTarget target, WorkflowExecutionDescription found, CancellationToken cancellationToken)
    {
        var description = await target.Client.WorkflowService.DescribeWorkflowExecutionAsync(
            new() { Namespace = target.Client.Options.Namespace, Execution = new() { WorkflowId = found.Id, RunId = found.RunId } },
            RunInspector.Deadline(cancellationToken));
        return description.PendingActivities.FirstOrDefault();
    }

    private static DrainSight? SightOf(PendingActivityInfo? pending) =>
        pending?.HeartbeatDetails?.Payloads_.FirstOrDefault()?.Data.ToByteArray() is { } details
            ? JsonSerializer.Deserialize<StepPosition>(details, JsonSerializerOptions.Web)?.Drain
            : null;
}
