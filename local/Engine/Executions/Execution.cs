using PersonalizeConnectors.Local.Engine.Timers;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.Sdk.V1;

namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>One run of a workflow: its history, and what is pending in it.</summary>
internal sealed class Execution
{
    private readonly List<TaskCompletionSource> _watchers = [];
    private DueTimers.Due? _backoff;
    private DueTimers.Due? _timeout;
    private long _seenEvents;

    public Execution(TemporalService service, NewExecution start)
    {
        Service = service;
        WorkflowId = start.Attributes.WorkflowId;
        RunId = start.Attributes.OriginalExecutionRunId;
        Started = start.Attributes;
        RequestId = start.RequestId;
        UserMetadata = start.UserMetadata;
        StartTime = service.Now;
        Log = new EventLog(service.Time);
        Memo = new MergedFields(Started.Memo?.Fields);
        SearchAttributes = new MergedFields(Started.SearchAttributes?.IndexedFields);
        WorkflowTask = new WorkflowTasks(this);
        Activities = new ActivityTable(this);
        Timers = new TimerTable(this);
        Children = new ChildTable(this);
        External = new ExternalRequests(this);
        Queries = new QueryTable();
    }

    public TemporalService Service { get; }

    public string WorkflowId { get; }

    public string RunId { get; }

    public string RequestId { get; }

    public WorkflowExecutionStartedEventAttributes Started { get; }

    public UserMetadata? UserMetadata { get; }

    public DateTimeOffset StartTime { get; }

    public DateTimeOffset? CloseTime { get; private set; }

    public WorkflowExecutionStatus Status { get; private set; } = WorkflowExecutionStatus.Running;

    public bool IsOpen => Status == WorkflowExecutionStatus.Running;

    public bool IsCancelRequested { get; private set; }

    public EventLog Log { get; }

    public MergedFields Memo { get; }

    public MergedFields SearchAttributes { get; }

    public WorkflowTasks WorkflowTask { get; }

    public ActivityTable Activities { get; }

    public TimerTable Timers { get; }

    public ChildTable Children { get; }

    public ExternalRequests External { get; }

    public QueryTable Queries { get; }

    public WorkflowExecution Reference => new() { WorkflowId = WorkflowId, RunId = RunId };

    /// <summary>Itself, where no other workflow started it.</summary>
    public WorkflowExecution Root => Started.RootWorkflowExecution ?? Reference;

    /// <summary>When run or execution time out; null where neither does.</summary>
    public DateTimeOffset? RunExpiration { get; private set; }

    /// <summary>
    /// A transaction that brings news: afterwards a workflow task is under way that will see them. Where the first task is delayed, it comes
    /// sooner only for a request to cancel.
    /// </summary>
    public void Tell(Action news) => Change(() =>
    {
        news();
        if (IsOpen && !WorkflowTask.IsPending && _backoff is null)
        {
            WorkflowTask.Schedule();
        }
    });

    /// <summary>A transaction.</summary>
    public void Change(Action change)
    {
        change();
        if (!WorkflowTask.IsStarted)
        {
            Log.Flush();
        }

        if (Log.NextEventId != _seenEvents)
        {
            _seenEvents = Log.NextEventId;
            foreach (var watcher in _watchers)
            {
                watcher.SetResult();
            }

            _watchers.Clear();
        }
    }

    /// <summary>Ends when the history has grown.</summary>
    public Task WatchAsync()
    {
        var watcher = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _watchers.Add(watcher);
        return watcher.Task;
    }

    /// <summary>Writes the first event. The first task follows by itself only where the start was delayed.</summary>
    public void Begin()
    {
        Log.Append(new HistoryEvent
        {
            EventType = EventType.WorkflowExecutionStarted,
            WorkflowExecutionStartedEventAttributes = Started,
            UserMetadata = UserMetadata,
        });
        StartTimeouts();
    }

    /// <summary>The first workflow task, at once or after the delay it was started with.</summary>
    public void BeginFirstTask()
    {
        if (Durations.Of(Started.FirstWorkflowTaskBackoff) is var backoff && backoff > TimeSpan.Zero)
        {
            _backoff = Service.Timers.After(backoff, () => Tell(EndBackoff));
        }
        else if (!WorkflowTask.IsPending)
        {
            WorkflowTask.Schedule();
        }
    }

    public void Signal(WorkflowExecutionSignaledEventAttributes signal) =>
        Log.Append(new HistoryEvent { EventType = EventType.WorkflowExecutionSignaled, WorkflowExecutionSignaledEventAttributes = signal });

    public void RequestCancel(WorkflowExecutionCancelRequestedEventAttributes request)
    {
        IsCancelRequested = true;
        EndBackoff();
        Log.Append(new HistoryEvent { EventType = EventType.WorkflowExecutionCancelRequested, WorkflowExecutionCancelRequestedEventAttributes = request });
    }

    public void Terminate(string reason, Payloads? details, string identity)
    {
        FailTaskInFlight();
        Close(WorkflowExecutionStatus.Terminated, new HistoryEvent
        {
            EventType = EventType.WorkflowExecutionTerminated,
            WorkflowExecutionTerminatedEventAttributes = new() { Reason = reason, Details = details, Identity = identity },
        });
    }

    /// <summary>Ends the run; whoever depends on it learns so in transactions of their own.</summary>
    /// <param name="newRunId">The run that carries on, if one does: the parent then goes on waiting.</param>
    public void Close(WorkflowExecutionStatus status, HistoryEvent closing, string newRunId = "")
    {
        Status = status;
        CloseTime = Service.Now;
        Log.Append(closing);
        Log.DropBuffered();
        _backoff?.Cancel();
        _timeout?.Cancel();
        WorkflowTask.Drop();
        Activities.Drop();
        Timers.Drop();
        Queries.Unblock();
        Service.Executions.OnClosed(this);
        Service.Then(Children.ApplyClosePolicies);
        if (newRunId.Length == 0)
        {
            Service.Then(() => ParentNews.Tell(this, closing));
        }
    }

    private void EndBackoff()
    {
        _backoff?.Cancel();
        _backoff = null;
    }

    private void FailTaskInFlight()
    {
        if (WorkflowTask.IsStarted)
        {
            WorkflowTask.Fail(WorkflowTaskFailedCause.ForceCloseCommand, null, "history-service");
        }

        Log.Flush();
    }

    private void StartTimeouts()
    {
        var run = Durations.Of(Started.WorkflowRunTimeout);
        var backoff = Durations.Of(Started.FirstWorkflowTaskBackoff);
        RunExpiration = run > TimeSpan.Zero ? StartTime + run + backoff : null;
        if (Started.WorkflowExecutionExpirationTime?.ToDateTimeOffset() is { } end && (RunExpiration is null || end < RunExpiration))
        {
            RunExpiration = end;
        }

        if (RunExpiration is { } expiration)
        {
            _timeout = Service.Timers.At(expiration, () => Change(TimeOut));
        }
    }

    private void TimeOut()
    {
        FailTaskInFlight();
        var next = NextRun.AfterTimeout(this);
        Close(WorkflowExecutionStatus.TimedOut, new HistoryEvent
        {
            EventType = EventType.WorkflowExecutionTimedOut,
            WorkflowExecutionTimedOutEventAttributes = new() { RetryState = next.RetryState, NewExecutionRunId = next.RunId },
        }, next.RunId);
        next.Begin();
    }
}
