using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>The children of a run.</summary>
internal sealed class ChildTable(Execution execution)
{
    private readonly SortedDictionary<long, PendingChild> _pending = [];

    public IReadOnlyCollection<PendingChild> Pending => _pending.Values;

    /// <summary>Starts it in a transaction of its own, once this one is over.</summary>
    public void Initiate(HistoryEvent initiated)
    {
        var child = new PendingChild(initiated.EventId, initiated.StartChildWorkflowExecutionInitiatedEventAttributes);
        _pending.Add(child.InitiatedEventId, child);
        execution.Service.Then(() => Start(child, initiated));
    }

    public bool End(long initiatedEventId) => _pending.Remove(initiatedEventId);

    /// <summary>What becomes of the children once their parent has closed.</summary>
    public void ApplyClosePolicies()
    {
        foreach (var child in _pending.Values.Where(c => c.RunId.Length > 0).ToList())
        {
            if (execution.Service.Executions.Find(child.Attributes.WorkflowId) is not { IsOpen: true } run || !IsChild(run, child))
            {
                continue;
            }

            switch (child.Attributes.ParentClosePolicy)
            {
                case ParentClosePolicy.Terminate:
                    run.Change(() => run.Terminate("by parent close policy", null, "history-service"));
                    break;
                case ParentClosePolicy.RequestCancel when !run.IsCancelRequested:
                    run.Tell(() => run.RequestCancel(new WorkflowExecutionCancelRequestedEventAttributes
                    {
                        Identity = "history-service",
                        ExternalWorkflowExecution = execution.Reference,
                    }));
                    break;
            }
        }
    }

    private bool IsChild(Execution run, PendingChild child) =>
        run.Started.ParentWorkflowExecution?.RunId == execution.RunId && run.Started.ParentInitiatedEventId == child.InitiatedEventId;

    private void Start(PendingChild child, HistoryEvent initiated)
    {
        // A parent that closed with the same task starts no children, whatever their policy.
        if (!execution.IsOpen)
        {
            return;
        }

        var start = NewExecution.First(execution.Service, StartOf(child), $"{execution.RunId}:{child.InitiatedEventId}", initiated.UserMetadata);
        var outcome = execution.Service.Executions.Start(
            start, child.Attributes.WorkflowIdReusePolicy, WorkflowIdConflictPolicy.Fail, _ => TellStarted(child, start));
        if (outcome.IsRefused)
        {
            _pending.Remove(child.InitiatedEventId);
            TellRefused(child);
        }
    }

    private void TellStarted(PendingChild child, NewExecution start)
    {
        child.RunId = start.Attributes.OriginalExecutionRunId;
        execution.Tell(() => execution.Log.Append(new HistoryEvent
        {
            EventType = EventType.ChildWorkflowExecutionStarted,
            ChildWorkflowExecutionStartedEventAttributes = new()
            {
                Namespace = child.Attributes.Namespace,
                NamespaceId = child.Attributes.NamespaceId,
                InitiatedEventId = child.InitiatedEventId,
                WorkflowExecution = new WorkflowExecution { WorkflowId = child.Attributes.WorkflowId, RunId = child.RunId },
                WorkflowType = child.Attributes.WorkflowType,
                Header = child.Attributes.Header,
            },
        }));
    }

    private void TellRefused(PendingChild child)
    {
        execution.Tell(() => execution.Log.Append(new HistoryEvent
        {
            EventType = EventType.StartChildWorkflowExecutionFailed,
            StartChildWorkflowExecutionFailedEventAttributes = new()
            {
                Namespace = child.Attributes.Namespace,
                NamespaceId = child.Attributes.NamespaceId,
                WorkflowId = child.Attributes.WorkflowId,
                WorkflowType = child.Attributes.WorkflowType,
                Cause = StartChildWorkflowExecutionFailedCause.WorkflowAlreadyExists,
                Control = child.Attributes.Control,
                InitiatedEventId = child.InitiatedEventId,
            },
        }));
    }

    private WorkflowExecutionStartedEventAttributes StartOf(PendingChild child) => new()
    {
        WorkflowId = child.Attributes.WorkflowId,
        WorkflowType = child.Attributes.WorkflowType,
        TaskQueue = child.Attributes.TaskQueue,
        Input = child.Attributes.Input,
        Header = child.Attributes.Header,
        Memo = child.Attributes.Memo,
        SearchAttributes = child.Attributes.SearchAttributes,
        WorkflowExecutionTimeout = child.Attributes.WorkflowExecutionTimeout,
        WorkflowRunTimeout = child.Attributes.WorkflowRunTimeout,
        WorkflowTaskTimeout = child.Attributes.WorkflowTaskTimeout,
        RetryPolicy = child.Attributes.RetryPolicy,
        ParentWorkflowNamespace = execution.Service.Namespace,
        ParentWorkflowNamespaceId = execution.Service.NamespaceId,
        ParentWorkflowExecution = execution.Reference,
        ParentInitiatedEventId = child.InitiatedEventId,
        RootWorkflowExecution = execution.Root,
        Priority = child.Attributes.Priority,
    };
}
