using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>
/// Signals and cancel requests from this run to others, each in transactions of its own: theirs, then this one's answer.
/// A run that has closed meanwhile sends nothing.
/// </summary>
internal sealed class ExternalRequests(Execution execution)
{
    public void Signal(HistoryEvent initiated)
    {
        var request = initiated.SignalExternalWorkflowExecutionInitiatedEventAttributes;
        execution.Service.Then(() =>
        {
            if (!execution.IsOpen)
            {
                return;
            }

            var target = Target(request.WorkflowExecution, request.ChildWorkflowOnly);
            target?.Tell(() => target.Signal(new WorkflowExecutionSignaledEventAttributes
            {
                SignalName = request.SignalName,
                Input = request.Input,
                Header = request.Header,
                Identity = "history-service",
                ExternalWorkflowExecution = execution.Reference,
            }));
            Answer(target is not null ? Signaled(initiated) : SignalFailed(initiated));
        });
    }

    public void RequestCancel(HistoryEvent initiated)
    {
        var request = initiated.RequestCancelExternalWorkflowExecutionInitiatedEventAttributes;
        execution.Service.Then(() =>
        {
            if (!execution.IsOpen)
            {
                return;
            }

            // A run that has ended already counts as canceled.
            var isThere = Any(request.WorkflowExecution, request.ChildWorkflowOnly) is not null;
            if (Target(request.WorkflowExecution, request.ChildWorkflowOnly) is { IsCancelRequested: false } target)
            {
                target.Tell(() => target.RequestCancel(new WorkflowExecutionCancelRequestedEventAttributes
                {
                    Cause = request.Reason,
                    Identity = "history-service",
                    ExternalInitiatedEventId = initiated.EventId,
                    ExternalWorkflowExecution = execution.Reference,
                }));
            }

            Answer(isThere ? CancelRequested(initiated) : CancelFailed(initiated));
        });
    }

    private Execution? Target(WorkflowExecution reference, bool isChild) => Any(reference, isChild) is { IsOpen: true } open ? open : null;

    private Execution? Any(WorkflowExecution reference, bool isChild)
    {
        var found = execution.Service.Executions.Find(reference.WorkflowId, isChild ? "" : reference.RunId);
        if (!isChild || found is null)
        {
            return found;
        }

        // A child may have continued as new: its first run names the chain.
        var isChain = reference.RunId.Length == 0 || reference.RunId == found.Started.FirstExecutionRunId || reference.RunId == found.RunId;
        return isChain && found.Started.ParentWorkflowExecution?.RunId == execution.RunId ? found : null;
    }

    private void Answer(HistoryEvent answer)
    {
        if (execution.IsOpen)
        {
            execution.Tell(() => execution.Log.Append(answer));
        }
    }

    private static HistoryEvent Signaled(HistoryEvent initiated) => new()
    {
        EventType = EventType.ExternalWorkflowExecutionSignaled,
        ExternalWorkflowExecutionSignaledEventAttributes = new()
        {
            InitiatedEventId = initiated.EventId,
            Namespace = initiated.SignalExternalWorkflowExecutionInitiatedEventAttributes.Namespace,
            NamespaceId = initiated.SignalExternalWorkflowExecutionInitiatedEventAttributes.NamespaceId,
            WorkflowExecution = initiated.SignalExternalWorkflowExecutionInitiatedEventAttributes.WorkflowExecution,
            Control = initiated.SignalExternalWorkflowExecutionInitiatedEventAttributes.Control,
        },
    };

    private static HistoryEvent SignalFailed(HistoryEvent initiated) => new()
    {
        EventType = EventType.SignalExternalWorkflowExecutionFailed,
        SignalExternalWorkflowExecutionFailedEventAttributes = new()
        {
            Cause = SignalExternalWorkflowExecutionFailedCause.ExternalWorkflowExecutionNotFound,
            InitiatedEventId = initiated.EventId,
            Namespace = initiated.SignalExternalWorkflowExecutionInitiatedEventAttributes.Namespace,
            NamespaceId = initiated.SignalExternalWorkflowExecutionInitiatedEventAttributes.NamespaceId,
            WorkflowExecution = initiated.SignalExternalWorkflowExecutionInitiatedEventAttributes.WorkflowExecution,
            Control = initiated.SignalExternalWorkflowExecutionInitiatedEventAttributes.Control,
        },
    };

    private static HistoryEvent CancelRequested(HistoryEvent initiated) => new()
    {
        EventType = EventType.ExternalWorkflowExecutionCancelRequested,
        ExternalWorkflowExecutionCancelRequestedEventAttributes = new()
        {
            InitiatedEventId = initiated.EventId,
            Namespace = initiated.RequestCancelExternalWorkflowExecutionInitiatedEventAttributes.Namespace,
            NamespaceId = initiated.RequestCancelExternalWorkflowExecutionInitiatedEventAttributes.NamespaceId,
            WorkflowExecution = initiated.RequestCancelExternalWorkflowExecutionInitiatedEventAttributes.WorkflowExecution,
        },
    };

    private static HistoryEvent CancelFailed(HistoryEvent initiated) => new()
    {
        EventType = EventType.RequestCancelExternalWorkflowExecutionFailed,
        RequestCancelExternalWorkflowExecutionFailedEventAttributes = new()
        {
            Cause = CancelExternalWorkflowExecutionFailedCause.ExternalWorkflowExecutionNotFound,
            InitiatedEventId = initiated.EventId,
            Namespace = initiated.RequestCancelExternalWorkflowExecutionInitiatedEventAttributes.Namespace,
            NamespaceId = initiated.RequestCancelExternalWorkflowExecutionInitiatedEventAttributes.NamespaceId,
            WorkflowExecution = initiated.RequestCancelExternalWorkflowExecutionInitiatedEventAttributes.WorkflowExecution,
            Control = initiated.RequestCancelExternalWorkflowExecutionInitiatedEventAttributes.Control,
        },
    };
}
