using PersonalizeConnectors.Local.Engine.Timers;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>The timers that a workflow waits for.</summary>
internal sealed class TimerTable(Execution execution)
{
    private readonly Dictionary<string, (long StartedEventId, DueTimers.Due Due)> _pending = [];

    public bool Has(string timerId) => _pending.ContainsKey(timerId);

    public void Start(HistoryEvent started)
    {
        var attributes = started.TimerStartedEventAttributes;
        var due = execution.Service.Timers.At(
            execution.Service.Now + Durations.Of(attributes.StartToFireTimeout), () => Fire(attributes.TimerId, started.EventId));
        _pending.Add(attributes.TimerId, (started.EventId, due));
    }

    /// <summary>The event that started it, once canceled; 0 where there is no such timer.</summary>
    public long Cancel(string timerId)
    {
        if (!_pending.Remove(timerId, out var timer))
        {
            return execution.Log.TakeBufferedTimerFired(timerId);
        }

        timer.Due.Cancel();
        return timer.StartedEventId;
    }

    public void Drop()
    {
        foreach (var (_, due) in _pending.Values)
        {
            due.Cancel();
        }

        _pending.Clear();
    }

    private void Fire(string timerId, long startedEventId)
    {
        _pending.Remove(timerId);
        execution.Tell(() => execution.Log.Append(new HistoryEvent
        {
            EventType = EventType.TimerFired,
            TimerFiredEventAttributes = new() { TimerId = timerId, StartedEventId = startedEventId },
        }));
    }
}
