using PersonalizeConnectors.Local.Engine.Executions;
using PersonalizeConnectors.Local.Tests.Braze;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace PersonalizeConnectors.Local.Tests.Engine.Units;

public sealed class EventLogTests
{
    private readonly EventLog _log = new(new ManualClock());

    [Fact]
    public void Flush_TwoActivitiesEnded_StandsAllStartsBeforeAllEnds()
    {
        _log.Append(new HistoryEvent { EventType = EventType.WorkflowTaskStarted });
        foreach (var id in (long[])[7, 8])
        {
            _log.Append(new HistoryEvent { EventType = EventType.ActivityTaskStarted, ActivityTaskStartedEventAttributes = new() { ScheduledEventId = id } });
            _log.Append(new HistoryEvent { EventType = EventType.ActivityTaskCompleted, ActivityTaskCompletedEventAttributes = new() { ScheduledEventId = id } });
        }

        _log.Append(new HistoryEvent { EventType = EventType.WorkflowTaskCompleted });
        Assert.Equal(3, _log.NextEventId);

        _log.Flush();

        Assert.Equal(
            [
                EventType.WorkflowTaskStarted, EventType.WorkflowTaskCompleted, EventType.ActivityTaskStarted, EventType.ActivityTaskStarted,
                EventType.ActivityTaskCompleted, EventType.ActivityTaskCompleted,
            ],
            _log.Events.Select(e => e.EventType));
        Assert.Equal([1, 2, 3, 4, 5, 6], _log.Events.Select(e => e.EventId));
        Assert.Equal([3, 4], _log.From(5).Select(e => e.ActivityTaskCompletedEventAttributes.StartedEventId));
    }

    [Fact]
    public void TakeBufferedTimerFired_FiredDuringTheTask_NeverFired()
    {
        _log.Append(new HistoryEvent { EventType = EventType.TimerFired, TimerFiredEventAttributes = new() { TimerId = "a", StartedEventId = 5 } });

        Assert.True(_log.IsTimerFiredBuffered("a"));
        Assert.Equal(0, _log.TakeBufferedTimerFired("b"));
        Assert.Equal(5, _log.TakeBufferedTimerFired("a"));
        Assert.False(_log.HasBuffered);
    }
}
