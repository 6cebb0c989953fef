using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.History.V1;

namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>
/// A workflow's history. News from outside is buffered, so that nothing comes between a workflow task's start and the
/// commands that answer it; the buffer joins the history when no task is in flight.
/// </summary>
internal sealed class EventLog(TimeProvider time)
{
    private readonly List<HistoryEvent> _events = [];
    private readonly List<HistoryEvent> _buffer = [];
    private readonly Dictionary<long, long> _startedIds = [];

    public long NextEventId => _events.Count + 1;

    public bool HasBuffered => _buffer.Count > 0;

    public int Buffered => _buffer.Count;

    public long SizeBytes { get; private set; }

    public IReadOnlyList<HistoryEvent> Events => _events;

    public HistoryEvent Last => _events[^1];

    /// <summary>The events from an id on; a copy, since the list grows.</summary>
    public List<HistoryEvent> From(long eventId) => _events.GetRange((int)eventId - 1, _events.Count - (int)eventId + 1);

    public HistoryEvent Append(HistoryEvent happened)
    {
        happened.EventTime = Timestamp.FromDateTimeOffset(time.GetUtcNow());
        if (EventOrder.IsBuffered(happened.EventType))
        {
            _buffer.Add(happened);
        }
        else
        {
            Add(happened);
        }

        return happened;
    }

    public void Flush()
    {
        // Ends after everything else: whatever ended must have been seen to start.
        foreach (var happened in _buffer.OrderBy(e => EventOrder.IsEnd(e.EventType)))
        {
            Add(happened);
            Wire(happened);
        }

        _buffer.Clear();
    }

    /// <summary>Nothing comes after the end.</summary>
    public void DropBuffered() => _buffer.Clear();

    public bool IsTimerFiredBuffered(string timerId) => _buffer.Exists(e => e.TimerFiredEventAttributes?.TimerId == timerId);

    /// <summary>A timer that fired while the task was in flight which now cancels it has never fired.</summary>
    public long TakeBufferedTimerFired(string timerId)
    {
        var index = _buffer.FindIndex(e => e.TimerFiredEventAttributes?.TimerId == timerId);
        if (index < 0)
        {
            return 0;
        }

        var startedId = _buffer[index].TimerFiredEventAttributes.StartedEventId;
        _buffer.RemoveAt(index);
        return startedId;
    }

    /// <summary>The started event of the activity or child that an event scheduled or initiated; 0 without one.</summary>
    public long StartedId(long scheduledOrInitiatedId) => _startedIds.GetValueOrDefault(scheduledOrInitiatedId);

    private void Add(HistoryEvent happened)
    {
        happened.EventId = NextEventId;
        happened.TaskId = NextEventId;
        _events.Add(happened);
        SizeBytes += happened.CalculateSize();
    }

    // Only here are ids known: an end names its start.
    private void Wire(HistoryEvent happened)
    {
        switch (happened.AttributesCase)
        {
            case HistoryEvent.AttributesOneofCase.ActivityTaskStartedEventAttributes:
                _startedIds[happened.ActivityTaskStartedEventAttributes.ScheduledEventId] = happened.EventId;
                break;
            case HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionStartedEventAttributes:
                _startedIds[happened.ChildWorkflowExecutionStartedEventAttributes.InitiatedEventId] = happened.EventId;
                break;
            case HistoryEvent.AttributesOneofCase.ActivityTaskCompletedEventAttributes:
                happened.ActivityTaskCompletedEventAttributes.StartedEventId = StartedId(happened.ActivityTaskCompletedEventAttributes.ScheduledEventId);
                break;
            case HistoryEvent.AttributesOneofCase.ActivityTaskFailedEventAttributes:
                happened.ActivityTaskFailedEventAttributes.StartedEventId = StartedId(happened.ActivityTaskFailedEventAttributes.ScheduledEventId);
                break;
            case HistoryEvent.AttributesOneofCase.ActivityTaskTimedOutEventAttributes:
                happened.ActivityTaskTimedOutEventAttributes.StartedEventId = StartedId(happened.ActivityTaskTimedOutEventAttributes.ScheduledEventId);
                break;
            case HistoryEvent.AttributesOneofCase.ActivityTaskCanceledEventAttributes:
                happened.ActivityTaskCanceledEventAttributes.StartedEventId = StartedId(happened.ActivityTaskCanceledEventAttributes.ScheduledEventId);
                break;
            case HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionCompletedEventAttributes:
                happened.ChildWorkflowExecutionCompletedEventAttributes.StartedEventId = StartedId(happened.ChildWorkflowExecutionCompletedEventAttributes.InitiatedEventId);
                break;
            case HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionFailedEventAttributes:
                happened.ChildWorkflowExecutionFailedEventAttributes.StartedEventId = StartedId(happened.ChildWorkflowExecutionFailedEventAttributes.InitiatedEventId);
                break;
            case HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionCanceledEventAttributes:
                happened.ChildWorkflowExecutionCanceledEventAttributes.StartedEventId = StartedId(happened.ChildWorkflowExecutionCanceledEventAttributes.InitiatedEventId);
                break;
            case HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionTimedOutEventAttributes:
                happened.ChildWorkflowExecutionTimedOutEventAttributes.StartedEventId = StartedId(happened.ChildWorkflowExecutionTimedOutEventAttributes.InitiatedEventId);
                break;
            case HistoryEvent.AttributesOneofCase.ChildWorkflowExecutionTerminatedEventAttributes:
                happened.ChildWorkflowExecutionTerminatedEventAttributes.StartedEventId = StartedId(happened.ChildWorkflowExecutionTerminatedEventAttributes.InitiatedEventId);
                break;
        }
    }
}
