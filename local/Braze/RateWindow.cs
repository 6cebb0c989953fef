namespace PersonalizeConnectors.Local.Braze;

/// <summary>Counts authenticated requests against the burst window and the clock hour, and remembers the busiest span of a window's length.</summary>
internal sealed class RateWindow(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Queue<DateTimeOffset> _admitted = new();
    private readonly Queue<DateTimeOffset> _arrived = new();
    private long _windowNumber = -1;
    private long _inWindow;
    private long _hourNumber = -1;
    private long _inHour;
    private long _peak;

    public long Peak
    {
        get
        {
            lock (_gate)
            {
                return _peak;
            }
        }
    }

    /// <summary>Takes a place, unless there is none.</summary>
    public RateDecision Take(BrazeRate rate)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            var window = TimeSpan.FromSeconds(rate.WindowSeconds);
            Observe(now, window);
            var number = now.UtcTicks / window.Ticks;
            if (number != _windowNumber)
            {
                (_windowNumber, _inWindow) = (number, 0);
            }

            var hour = now.UtcTicks / TimeSpan.TicksPerHour;
            if (hour != _hourNumber)
            {
                (_hourNumber, _inHour) = (hour, 0);
            }

            var used = rate.Rolling ? _admitted.Count : _inWindow;
            var windowEnd = rate.Rolling
                ? (_admitted.TryPeek(out var oldest) ? oldest : now) + window
                : new DateTimeOffset((number + 1) * window.Ticks, TimeSpan.Zero);
            var hourEnd = new DateTimeOffset((hour + 1) * TimeSpan.TicksPerHour, TimeSpan.Zero);
            var hourIsFull = rate.RequestsPerHour is { } perHour && _inHour >= perHour;
            var admitted = !hourIsFull && (rate.Burst is not { } burst || used < burst);
            if (admitted)
            {
                _inWindow++;
                _inHour++;
                _admitted.Enqueue(now);
                used++;
            }

            return rate is { Headers: RateHeaders.MonthlyUsers, RequestsPerHour: { } hourly }
                ? new(admitted, hourly, Math.Max(hourly - _inHour, 0), hourEnd, hourIsFull ? hourEnd : windowEnd, now)
                : new(admitted, rate.Burst ?? rate.RequestsPerHour, Math.Max((rate.Burst ?? long.MaxValue) - used, 0), windowEnd, hourIsFull ? hourEnd : windowEnd, now);
        }
    }

    public void Reset()
    {
        lock (_gate)
        {
            _admitted.Clear();
            _arrived.Clear();
            (_windowNumber, _inWindow, _hourNumber, _inHour, _peak) = (-1, 0, -1, 0, 0);
        }
    }

    private void Observe(DateTimeOffset now, TimeSpan window)
    {
        DropBefore(_admitted, now - window);
        DropBefore(_arrived, now - window);
        _arrived.Enqueue(now);
        _peak = Math.Max(_peak, _arrived.Count);
    }

    private static void DropBefore(Queue<DateTimeOffset> times, DateTimeOffset start)
    {
        while (times.TryPeek(out var oldest) && oldest <= start)
        {
            times.Dequeue();
        }
    }
}

/// <summary>Whether a request may pass, and what the headers say.</summary>
/// <param name="Limit">Null: nothing is limited, and there are no headers.</param>
/// <param name="Reset">End of the window that the headers describe.</param>
/// <param name="RetryAt">When a refused request would pass.</param>
internal readonly record struct RateDecision(bool Admitted, long? Limit, long Remaining, DateTimeOffset Reset, DateTimeOffset RetryAt, DateTimeOffset Now);
