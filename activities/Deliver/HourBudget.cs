namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>Counts requests of the last hour by the second, so that no window of an hour holds more than the budget. Not safe for several threads.</summary>
internal sealed class HourBudget
{
    private const long HourSeconds = 3600;

    private readonly Queue<Second> _seconds = new();
    private Second _current = new(long.MinValue, 0);
    private long _total;

    /// <summary>Zero where one more request fits.</summary>
    public TimeSpan WaitFor(TimeSpan now, long? budget)
    {
        Forget(now);
        if (budget is not { } most || _total < most)
        {
            return TimeSpan.Zero;
        }

        var oldest = _seconds.TryPeek(out var first) ? first : _current;
        return TimeSpan.FromSeconds(oldest.Number + 1 + HourSeconds) - now;
    }

    public void Count(TimeSpan now)
    {
        var second = SecondOf(now);
        if (second != _current.Number)
        {
            if (_current.Requests > 0)
            {
                _seconds.Enqueue(_current);
            }

            _current = new(second, 0);
        }

        _current = _current with { Requests = _current.Requests + 1 };
        _total++;
    }

    // A second is over for the hour when even its last moment is an hour old.
    private void Forget(TimeSpan now)
    {
        var last = SecondOf(now) - HourSeconds - 1;
        while (_seconds.TryPeek(out var oldest) && oldest.Number <= last)
        {
            _total -= _seconds.Dequeue().Requests;
        }

        if (_current.Requests > 0 && _current.Number <= last)
        {
            _total -= _current.Requests;
            _current = new(long.MinValue, 0);
        }
    }

    private static long SecondOf(TimeSpan now) => now.Ticks / TimeSpan.TicksPerSecond;

    private readonly record struct Second(long Number, long Requests);
}
