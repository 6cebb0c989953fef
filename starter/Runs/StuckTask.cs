using PersonalizeConnectors.Starter.Output;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Starter.Runs;

/// <summary>A workflow task that keeps failing: nothing goes on, and Temporal tries again for ever.</summary>
internal static class StuckTask
{
    /// <summary>Its name among the running steps.</summary>
    public const string Name = "workflow task";

    private const int Attempts = 3;
    private const int EventsLookedAt = 20;

    public static async Task<RunningStep?> FindAsync(ITemporalClient client, DescribeWorkflowExecutionResponse description, CancellationToken cancellationToken)
    {
        if (description.PendingWorkflowTask is not { Attempt: >= Attempts } task)
        {
            return null;
        }

        var cause = await CauseAsync(client, description, cancellationToken) ?? "the worker's log says why";
        return new(Name, 0, 0, task.Attempt, $"stuck, it keeps failing: {cause}");
    }

    // Only the first failure of a task is an event; it stands at the end of the history, since nothing came after it.
    private static async Task<string?> CauseAsync(ITemporalClient client, DescribeWorkflowExecutionResponse description, CancellationToken cancellationToken)
    {
        try
        {
            var history = await client.WorkflowService.GetWorkflowExecutionHistoryReverseAsync(
                new GetWorkflowExecutionHistoryReverseRequest
                {
                    Namespace = client.Options.Namespace,
                    Execution = description.WorkflowExecutionInfo.Execution,
                    MaximumPageSize = EventsLookedAt,
                },
                RunInspector.Deadline(cancellationToken));
            var failed = history.History.Events.FirstOrDefault(e => e.EventType is EventType.WorkflowTaskFailed or EventType.WorkflowTaskTimedOut);
            return failed?.EventType == EventType.WorkflowTaskTimedOut
                ? "a worker took it and did not answer in time"
                : failed?.WorkflowTaskFailedEventAttributes.Failure?.Message;
        }
        catch (RpcException)
        {
            // It is stuck for whatever reason; that much is known.
            return null;
        }
    }
}
