using Temporalio.Api.Enums.V1;

namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>Which events wait for the workflow task in flight, and in which order they then join the history.</summary>
internal static class EventOrder
{
    /// <summary>The workflow's own changes, its tasks, and what commands write are never buffered; news from outside is.</summary>
    public static bool IsBuffered(EventType type) => type switch
    {
        EventType.WorkflowExecutionStarted or EventType.WorkflowExecutionCompleted or EventType.WorkflowExecutionFailed
            or EventType.WorkflowExecutionTimedOut or EventType.WorkflowExecutionTerminated
            or EventType.WorkflowExecutionContinuedAsNew or EventType.WorkflowExecutionCanceled => false,
        EventType.WorkflowTaskScheduled or EventType.WorkflowTaskStarted or EventType.WorkflowTaskCompleted
            or EventType.WorkflowTaskFailed or EventType.WorkflowTaskTimedOut => false,
        EventType.ActivityTaskScheduled or EventType.ActivityTaskCancelRequested or EventType.TimerStarted
            or EventType.TimerCanceled or EventType.RequestCancelExternalWorkflowExecutionInitiated
            or EventType.MarkerRecorded or EventType.StartChildWorkflowExecutionInitiated
            or EventType.SignalExternalWorkflowExecutionInitiated or EventType.UpsertWorkflowSearchAttributes
            or EventType.WorkflowPropertiesModified => false,
        _ => true,
    };

    public static bool IsEnd(EventType type) => type is EventType.ActivityTaskCompleted or EventType.ActivityTaskFailed
        or EventType.ActivityTaskTimedOut or EventType.ActivityTaskCanceled or EventType.ChildWorkflowExecutionCompleted
        or EventType.ChildWorkflowExecutionFailed or EventType.ChildWorkflowExecutionTimedOut
        or EventType.ChildWorkflowExecutionCanceled or EventType.ChildWorkflowExecutionTerminated;
}
