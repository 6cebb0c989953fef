using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>What a parent learns when its child has ended.</summary>
internal static class ParentNews
{
    public static void Tell(Execution child, HistoryEvent closing)
    {
        if (child.Started.ParentWorkflowExecution is not { } reference
            || child.Service.Executions.Find(reference.WorkflowId, reference.RunId) is not { IsOpen: true } parent
            || !parent.Children.End(child.Started.ParentInitiatedEventId))
        {
            return;
        }

        parent.Tell(() => parent.Log.Append(Of(child, closing)));
    }

    private static HistoryEvent Of(Execution child, HistoryEvent closing)
    {
        var service = child.Service;
        var initiated = child.Started.ParentInitiatedEventId;
        var type = child.Started.WorkflowType;
        return closing.EventType switch
        {
            EventType.WorkflowExecutionCompleted => new HistoryEvent
            {
                EventType = EventType.ChildWorkflowExecutionCompleted,
                ChildWorkflowExecutionCompletedEventAttributes = new()
                {
                    Namespace = service.Namespace,
                    NamespaceId = service.NamespaceId,
                    WorkflowExecution = child.Reference,
                    WorkflowType = type,
                    InitiatedEventId = initiated,
                    Result = closing.WorkflowExecutionCompletedEventAttributes.Result,
                },
            },
            EventType.WorkflowExecutionFailed => new HistoryEvent
            {
                EventType = EventType.ChildWorkflowExecutionFailed,
                ChildWorkflowExecutionFailedEventAttributes = new()
                {
                    Namespace = service.Namespace,
                    NamespaceId = service.NamespaceId,
                    WorkflowExecution = child.Reference,
                    WorkflowType = type,
                    InitiatedEventId = initiated,
                    Failure = closing.WorkflowExecutionFailedEventAttributes.Failure,
                    RetryState = closing.WorkflowExecutionFailedEventAttributes.RetryState,
                },
            },
            EventType.WorkflowExecutionCanceled => new HistoryEvent
            {
                EventType = EventType.ChildWorkflowExecutionCanceled,
                ChildWorkflowExecutionCanceledEventAttributes = new()
                {
                    Namespace = service.Namespace,
                    NamespaceId = service.NamespaceId,
                    WorkflowExecution = child.Reference,
                    WorkflowType = type,
                    InitiatedEventId = initiated,
                    Details = closing.WorkflowExecutionCanceledEventAttributes.Details,
                },
            },
            EventType.WorkflowExecutionTimedOut => new HistoryEvent
            {
                EventType = EventType.ChildWorkflowExecutionTimedOut,
                ChildWorkflowExecutionTimedOutEventAttributes = new()
                {
                    Namespace = service.Namespace,
                    NamespaceId = service.NamespaceId,
                    WorkflowExecution = child.Reference,
                    WorkflowType = type,
                    InitiatedEventId = initiated,
                    RetryState = closing.WorkflowExecutionTimedOutEventAttributes.RetryState,
                },
            },
            EventType.WorkflowExecutionTerminated => new HistoryEvent
            {
                EventType = EventType.ChildWorkflowExecutionTerminated,
                ChildWorkflowExecutionTerminatedEventAttributes = new()
                {
                    Namespace = service.Namespace,
                    NamespaceId = service.NamespaceId,
                    WorkflowExecution = child.Reference,
                    WorkflowType = type,
                    InitiatedEventId = initiated,
                },
            },
            var other => throw new InvalidOperationException($"A child cannot end with {other}."),
        };
    }
}
