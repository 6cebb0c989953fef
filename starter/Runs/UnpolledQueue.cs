using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Starter.Runs;

/// <summary>A queue whose tasks wait because nobody polls it: the run is not slow, it has no worker.</summary>
internal static class UnpolledQueue
{
    /// <summary>Its name among the running steps.</summary>
    public const string Name = "worker";

    // Those with slots of their own.
    private static readonly HashSet<string> Delivering = ["Deliver", "Enqueue", "Drain"];

    // A poll is held for a minute; the service lists pollers for five, those of workers long dead among them.
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(90);

    public static async Task<RunningStep?> FindAsync(
        ITemporalClient client, DescribeWorkflowExecutionResponse description, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var (queue, type) in Waiting(description, now).Distinct())
        {
            if (!await IsPolledAsync(client, queue, type, now - Stale, cancellationToken))
            {
                return new(Name, 0, 0, 1, $"no worker polls the queue \"{queue}\", and the run waits for one. {Cure(queue)}", IsWaiting: true);
            }
        }

        return null;
    }

    private static IEnumerable<(string Queue, TaskQueueType Type)> Waiting(DescribeWorkflowExecutionResponse description, DateTimeOffset now)
    {
        var queue = description.ExecutionConfig.TaskQueue.Name;
        if (description.PendingWorkflowTask is { State: PendingWorkflowTaskState.Scheduled })
        {
            yield return (queue, TaskQueueType.Workflow);
        }

        // One that failed is due when its retry interval is over.
        foreach (var activity in description.PendingActivities.Where(a =>
            a.State == PendingActivityState.Scheduled && (a.NextAttemptScheduleTime is null || a.NextAttemptScheduleTime.ToDateTimeOffset() <= now)))
        {
            yield return (Delivering.Contains(activity.ActivityType.Name) ? TaskQueues.DeliverOf(queue) : queue, TaskQueueType.Activity);
        }
    }

    private static string Cure(string queue) => queue.IndexOf('@', StringComparison.Ordinal) is > 0 and var at
        ? $"Start personalize-connectors-worker on {queue[(at + 1)..]}, with the job's root in Storage__LocalRoots, or run there with --worker."
        : "Start personalize-connectors-worker with this TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE, or run with --worker.";

    private static async Task<bool> IsPolledAsync(
        ITemporalClient client, string queue, TaskQueueType type, DateTimeOffset since, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.WorkflowService.DescribeTaskQueueAsync(
                new DescribeTaskQueueRequest
                {
                    Namespace = client.Options.Namespace,
                    TaskQueue = new TaskQueue { Name = queue, Kind = TaskQueueKind.Normal },
                    TaskQueueType = type,
                },
                RunInspector.Deadline(cancellationToken));
            return answer.Pollers.Any(p => p.LastAccessTime.ToDateTimeOffset() > since);
        }
        catch (RpcException e) when (e.Code is RpcException.StatusCode.Unimplemented or RpcException.StatusCode.PermissionDenied)
        {
            return true; // Nobody can tell.
        }
    }
}
