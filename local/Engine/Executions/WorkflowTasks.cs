using Google.Protobuf.WellKnownTypes;
using PersonalizeConnectors.Local.Engine.Timers;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;

namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>
/// The workflow task of a run: at most one, scheduled, then started, then completed or failed. From the second attempt on a
/// task is transient: it stands in the history only once it has completed.
/// </summary>
internal sealed class WorkflowTasks(Execution execution)
{
    // A queue whose worker has not asked for so long is not waited on.
    private static readonly TimeSpan StickyPatience = TimeSpan.FromSeconds(10);

    private TaskState _state;
    private StickyExecutionAttributes? _sticky;
    private DueTimers.Due? _timeout;
    private string _identity = "";
    private string _requestId = "";
    private bool _isSticky;
    private HistorySize _size;

    private enum TaskState
    {
        None,
        Scheduled,
        Started,
    }

    public bool IsPending => _state != TaskState.None;

    public bool IsStarted => _state == TaskState.Started;

    public bool HasCompletedAny => PreviousStartedEventId > 0;

    public int Attempt { get; private set; } = 1;

    public long ScheduledEventId { get; private set; }

    public long StartedEventId { get; private set; }

    /// <summary>The start of the task completed last; 0 before the first.</summary>
    public long PreviousStartedEventId { get; private set; }

    public DateTimeOffset ScheduledTime { get; private set; }

    public DateTimeOffset StartedTime { get; private set; }

    /// <summary>Changes with every schedule and start: what it does not equal any more is stale.</summary>
    public long Stamp { get; private set; }

    private bool IsTransient => Attempt > 1;

    public void Schedule(bool isQueued = true)
    {
        if (execution.Log.HasBuffered)
        {
            // New facts: worth a fresh first attempt.
            Attempt = 1;
            execution.Log.Flush();
        }

        _state = TaskState.Scheduled;
        Stamp = TaskToken.NextStamp();
        ScheduledTime = execution.Service.Now;
        ScheduledEventId = IsTransient ? execution.Log.NextEventId : execution.Log.Append(ScheduledEvent()).EventId;
        if (isQueued)
        {
            Enqueue();
        }
    }

    public PollWorkflowTaskQueueResponse Start(string identity)
    {
        _timeout?.Cancel();
        _identity = identity;
        _requestId = Guid.NewGuid().ToString();
        _state = TaskState.Started;
        Stamp = TaskToken.NextStamp();
        StartedTime = execution.Service.Now;
        _size = HistorySize.Of(execution.Log);
        if (IsTransient && ScheduledEventId != execution.Log.NextEventId)
        {
            // News came since it was scheduled.
            Attempt = 1;
            ScheduledEventId = execution.Log.Append(ScheduledEvent()).EventId;
        }

        StartedEventId = IsTransient ? ScheduledEventId + 1 : execution.Log.Append(StartedEvent()).EventId;
        var stamp = Stamp;
        _timeout = execution.Service.Timers.After(WorkflowTaskTimeout.Of(execution.Started.WorkflowTaskTimeout, Attempt), () => TimeOut(stamp));
        return Response();
    }

    /// <summary>The id of the completed event, which the events of its commands name.</summary>
    public long Complete(RespondWorkflowTaskCompletedRequest request)
    {
        if (IsTransient)
        {
            ScheduledEventId = execution.Log.Append(ScheduledEvent()).EventId;
            StartedEventId = execution.Log.Append(StartedEvent()).EventId;
        }

        var completed = execution.Log.Append(new HistoryEvent
        {
            EventType = EventType.WorkflowTaskCompleted,
            WorkflowTaskCompletedEventAttributes = new()
            {
                ScheduledEventId = ScheduledEventId,
                StartedEventId = StartedEventId,
                Identity = request.Identity,
                BinaryChecksum = request.BinaryChecksum,
                WorkerVersion = request.WorkerVersionStamp,
                SdkMetadata = request.SdkMetadata,
                MeteringMetadata = request.MeteringMetadata,
            },
        });
        PreviousStartedEventId = StartedEventId;
        Attempt = 1;
        _sticky = request.StickyAttributes is { WorkerTaskQueue.Name.Length: > 0 } sticky ? sticky : null;
        Leave();
        return completed.EventId;
    }

    public void Fail(WorkflowTaskFailedCause cause, Failure? failure, string identity)
    {
        if (!IsTransient)
        {
            execution.Log.Append(new HistoryEvent
            {
                EventType = EventType.WorkflowTaskFailed,
                WorkflowTaskFailedEventAttributes = new()
                {
                    ScheduledEventId = ScheduledEventId,
                    StartedEventId = StartedEventId,
                    Cause = cause,
                    Failure = failure,
                    Identity = identity,
                },
            });
        }

        TryAgain(isCounted: true);
    }

    public void Drop() => Leave();

    /// <summary>The queue on which a query reaches the worker that has this run in its cache; null without one.</summary>
    public string? StickyQueue => _sticky is { } sticky && IsAlive(sticky) ? sticky.WorkerTaskQueue.Name : null;

    public TimeSpan StickyTimeout => _sticky is { } sticky ? Durations.Of(sticky.ScheduleToStartTimeout) : TimeSpan.Zero;

    /// <summary>Forgets that queue; another one may have taken its place since it was read.</summary>
    public void ClearSticky(string queue)
    {
        if (_sticky?.WorkerTaskQueue.Name == queue)
        {
            _sticky = null;
        }
    }

    /// <summary>The answer to a poll that carries a query alone.</summary>
    public PollWorkflowTaskQueueResponse QueryResponse(bool isSticky) => new()
    {
        WorkflowExecution = execution.Reference,
        WorkflowType = execution.Started.WorkflowType,
        PreviousStartedEventId = PreviousStartedEventId,
        StartedEventId = 0,
        Attempt = 1,
        History = new History { Events = { execution.Log.From(isSticky ? PreviousStartedEventId + 1 : 1) } },
        WorkflowExecutionTaskQueue = execution.Started.TaskQueue,
    };

    private PollWorkflowTaskQueueResponse Response()
    {
        var response = new PollWorkflowTaskQueueResponse
        {
            TaskToken = TaskToken.Of(execution.RunId, ScheduledEventId, Stamp),
            WorkflowExecution = execution.Reference,
            WorkflowType = execution.Started.WorkflowType,
            PreviousStartedEventId = PreviousStartedEventId,
            StartedEventId = StartedEventId,
            Attempt = Attempt,
            History = new History { Events = { execution.Log.From(_isSticky ? PreviousStartedEventId + 1 : 1) } },
            WorkflowExecutionTaskQueue = execution.Started.TaskQueue,
            ScheduledTime = Timestamp.FromDateTimeOffset(ScheduledTime),
            StartedTime = Timestamp.FromDateTimeOffset(StartedTime),
            Queries = { execution.Queries.Attach() },
        };
        if (IsTransient)
        {
            response.History.Events.Add(Transient(ScheduledEvent(), ScheduledEventId, ScheduledTime));
            response.History.Events.Add(Transient(StartedEvent(), StartedEventId, StartedTime));
        }

        return response;
    }

    /// <summary>The answer to a completion that asked for the next task at once: its worker has the run in its cache.</summary>
    public PollWorkflowTaskQueueResponse StartInline(RespondWorkflowTaskCompletedRequest request)
    {
        _isSticky = request.StickyAttributes is not null;
        return Start(request.Identity);
    }

    private void Enqueue()
    {
        var queues = execution.Service.Queues;
        _isSticky = _sticky is { } sticky && IsAlive(sticky);
        if (_isSticky)
        {
            var stamp = Stamp;
            _timeout = execution.Service.Timers.After(StickyTimeout, () => TimeOut(stamp));
        }

        var name = _isSticky ? _sticky!.WorkerTaskQueue.Name : execution.Started.TaskQueue.Name;
        queues.Workflow(name).Add(new QueuedWorkflowTask(execution, Stamp));
    }

    private bool IsAlive(StickyExecutionAttributes sticky) =>
        execution.Service.Queues.Workflow(sticky.WorkerTaskQueue.Name).IsPolledSince(execution.Service.Now - StickyPatience);

    private void TimeOut(long stamp)
    {
        if (stamp != Stamp || !IsPending)
        {
            return;
        }

        execution.Tell(() =>
        {
            if (!IsTransient)
            {
                execution.Log.Append(new HistoryEvent
                {
                    EventType = EventType.WorkflowTaskTimedOut,
                    WorkflowTaskTimedOutEventAttributes = new()
                    {
                        ScheduledEventId = ScheduledEventId,
                        StartedEventId = IsStarted ? StartedEventId : 0,
                        TimeoutType = IsStarted ? TimeoutType.StartToClose : TimeoutType.ScheduleToStart,
                    },
                });
            }

            TryAgain(isCounted: IsStarted);
        });
    }

    // A worker that lost its cache is no fault of the workflow: first without its queue, then counted.
    private void TryAgain(bool isCounted)
    {
        Attempt = isCounted && _sticky is null ? Attempt + 1 : 1;
        _sticky = null;
        Leave();
    }

    private void Leave()
    {
        _timeout?.Cancel();
        _timeout = null;
        _state = TaskState.None;
        Stamp = TaskToken.NextStamp();
    }

    private HistoryEvent ScheduledEvent() => new()
    {
        EventType = EventType.WorkflowTaskScheduled,
        WorkflowTaskScheduledEventAttributes = new()
        {
            TaskQueue = _sticky?.WorkerTaskQueue ?? execution.Started.TaskQueue,
            StartToCloseTimeout = Duration.FromTimeSpan(WorkflowTaskTimeout.Of(execution.Started.WorkflowTaskTimeout, Attempt)),
            Attempt = Attempt,
        },
    };

    private HistoryEvent StartedEvent() => new()
    {
        EventType = EventType.WorkflowTaskStarted,
        WorkflowTaskStartedEventAttributes = new()
        {
            ScheduledEventId = ScheduledEventId,
            Identity = _identity,
            RequestId = _requestId,
            HistorySizeBytes = _size.Bytes,
            SuggestContinueAsNew = _size.IsLarge,
        },
    };

    private static HistoryEvent Transient(HistoryEvent happened, long eventId, DateTimeOffset time)
    {
        happened.EventId = eventId;
        happened.EventTime = Timestamp.FromDateTimeOffset(time);
        return happened;
    }
}
