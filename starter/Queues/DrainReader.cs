using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Starter.Status;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Delivery;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;

namespace PersonalizeConnectors.Starter.Queues;

/// <summary>Puts together what the service and the queue know of a drain.</summary>
internal static class DrainReader
{
    private const string Activity = "Drain";

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
        var earlier = await target.Workflow.QueryAsync(found.RunId, cancellationToken);
        var pending = await target.Workflow.PendingAsync(found.RunId, Activity, cancellationToken);
        var sight = StandingWorkflow<QueueDrainWorkflow, QueueDrainResult>.PositionOf(pending)?.Drain;
        var isRunning = StandingWorkflow<QueueDrainWorkflow, QueueDrainResult>.IsRunning(pending);
        var oldest = OldestOf(document.Queue, sight);
        return document with
        {
            State = isRunning ? DrainState.Running : DrainState.Waiting,
            Counts = earlier is null ? sight?.Counts : sight is null ? earlier.Counts : earlier.Counts + sight.Counts,
            Held = sight?.Held ?? 0,
            OldestSentAt = oldest,
            OldestAgeSeconds = oldest is { } sent ? Math.Max(0, Math.Round((time.GetUtcNow() - sent).TotalSeconds, 1)) : null,
            Trouble = isRunning ? null : pending?.LastFailure?.Message ?? "No worker has taken it yet.",
        };
    }

    /// <summary>When the oldest message that is left was sent. A drain that waits for messages still tells of its last receive.</summary>
    internal static DateTimeOffset? OldestOf(QueueBacklog? queue, DrainSight? sight) =>
        queue is { Waiting: 0, InFlight: 0 } && sight is { Held: 0 } ? null : sight?.OldestSentAt;

    private static async Task<DrainDocument> EndedAsync(DrainDocument document, DrainTarget target, WorkflowExecutionDescription found, CancellationToken cancellationToken)
    {
        var (result, failure) = await target.Workflow.EndAsync(found.RunId, cancellationToken);
        return document with
        {
            State = found.Status is WorkflowExecutionStatus.Completed or WorkflowExecutionStatus.Canceled ? DrainState.Stopped : DrainState.Failed,
            Counts = result?.Counts,
            Trouble = failure,
        };
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
}
