using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Sdk.V1;

namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>What a run begins with; the first event of its history carries most of it.</summary>
internal sealed record NewExecution(WorkflowExecutionStartedEventAttributes Attributes, string RequestId, UserMetadata? UserMetadata = null)
{
    private static readonly TimeSpan DefaultTaskTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Fills in what a service fills in: ids, defaults, when the execution expires.</summary>
    public static NewExecution First(TemporalService service, WorkflowExecutionStartedEventAttributes start, string requestId, UserMetadata? metadata)
    {
        start.OriginalExecutionRunId = service.Executions.NewRunId();
        start.FirstExecutionRunId = start.OriginalExecutionRunId;
        start.Attempt = 1;
        if (Durations.Of(start.WorkflowExecutionTimeout) is var execution && execution > TimeSpan.Zero)
        {
            start.WorkflowExecutionExpirationTime = Timestamp.FromDateTimeOffset(service.Now + execution + Durations.Of(start.FirstWorkflowTaskBackoff));
        }

        return new NewExecution(Completed(service, start), requestId, metadata);
    }

    /// <summary>Ten seconds where none is set; never more than the run's.</summary>
    public static Duration TaskTimeout(Duration? timeout, Duration runTimeout) =>
        Durations.Least(Durations.Of(timeout) > TimeSpan.Zero ? timeout : Duration.FromTimeSpan(DefaultTaskTimeout), runTimeout);

    public static WorkflowExecutionStartedEventAttributes Completed(TemporalService service, WorkflowExecutionStartedEventAttributes start)
    {
        start.WorkflowExecutionTimeout ??= new Duration();
        start.WorkflowRunTimeout = Durations.Least(start.WorkflowRunTimeout, start.WorkflowExecutionTimeout);
        start.WorkflowTaskTimeout = TaskTimeout(start.WorkflowTaskTimeout, start.WorkflowRunTimeout);
        // Copies: the originals stand in another run's history.
        start.TaskQueue = start.TaskQueue.Clone();
        start.TaskQueue.Kind = TaskQueueKind.Normal;
        start.SearchAttributes = start.SearchAttributes?.Clone();
        start.RetryPolicy = start.RetryPolicy is null ? null : Retries.WithDefaults(start.RetryPolicy);
        service.SearchAttributes.AddTypes(start.SearchAttributes);
        return start;
    }
}
