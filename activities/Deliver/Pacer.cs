namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>
/// Lets requests of one destination account go, evenly. A request goes at <c>a ≥ s</c>, where its slot <c>s</c> is the later of the slot before it plus
/// the interval and <c>a − catch-up</c>. Hence a window of one second holds at most <c>⌊(1 s + catch-up) / interval⌋ + 1</c> requests,
/// which the headroom keeps within the rate; what is left of it hides the jitter of the network.
/// </summary>
internal sealed class Pacer(TimeProvider time) : IDisposable
{
    /// <summary>Part of the rate that is used. Three percent let a request arrive 10 ms early or late without a full window overflowing.</summary>
    public const double Headroom = 0.97;

    /// <summary>How late a timer may wake without losing slots: system timers are a few milliseconds late, more under load.</summary>
    public static readonly TimeSpan CatchUp = TimeSpan.FromMilliseconds(20);

    // A timer counts whole milliseconds; a shorter wait would spin.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    // A connection that was idle for so long is opened anew, and a key may have been changed.
    private static readonly TimeSpan ColdAfter = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _queue = new(1, 1);
    private readonly List<PacerLease> _leases = [];
    private readonly HourBudget _hour = new();
    private readonly long _start = time.GetTimestamp();
    private TimeSpan _interval = TimeSpan.Zero;
    private TimeSpan _next = TimeSpan.MinValue;
    private TimeSpan _last = TimeSpan.MinValue;
    private TimeSpan _pausedUntil = TimeSpan.MinValue;
    private long? _perHour;

    /// <summary>Requests per second that the account's present users allow: the least of theirs.</summary>
    public double Rate { get; private set; }

    /// <summary>True where nothing was sent for a while.</summary>
    public bool IsCold
    {
        get
        {
            lock (_gate)
            {
                return _last == TimeSpan.MinValue || Now - _last > ColdAfter;
            }
        }
    }

    private TimeSpan Now => time.GetElapsedTime(_start);

    /// <summary>Joins the users of the account; the strictest limits among them hold for all.</summary>
    public PacerLease Join(double requestsPerSecond, long? requestsPerHour)
    {
        var lease = new PacerLease(this, requestsPerSecond, requestsPerHour);
        lock (_gate)
        {
            _leases.Add(lease);
            Recompute();
        }

        return lease;
    }

    /// <summary>Takes the next slot if its time has come, and says zero; otherwise how long to wait before asking again.</summary>
    public TimeSpan TryTake()
    {
        lock (_gate)
        {
            var now = Now;
            var slot = _next > now - CatchUp ? _next : now - CatchUp;
            var ready = slot > _pausedUntil ? slot : _pausedUntil;
            if (ready > now)
            {
                return Wait(ready - now);
            }

            var wait = _hour.WaitFor(now, _perHour);
            if (wait > TimeSpan.Zero)
            {
                return Wait(wait);
            }

            _hour.Count(now);
            _next = slot + _interval;
            _last = now;
            return TimeSpan.Zero;
        }
    }

    /// <summary>Waits for the next slot, in turn.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await _queue.WaitAsync(cancellationToken);
        try
        {
            TimeSpan wait;
            while ((wait = TryTake()) > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, cancellationToken);
            }
        }
        finally
        {
            _queue.Release();
        }
    }

    /// <summary>Nothing goes for so long.</summary>
    public void Pause(TimeSpan pause)
    {
        lock (_gate)
        {
            var until = Now + pause;
            if (until > _pausedUntil)
            {
                _pausedUntil = until;
            }
        }
    }

    public void Dispose() => _queue.Dispose();

    internal void Leave(PacerLease lease)
    {
        lock (_gate)
        {
            _leases.Remove(lease);
            Recompute();
        }
    }

    private static TimeSpan Wait(TimeSpan wait) => wait < ShortestWait ? ShortestWait : wait;

    private void Recompute()
    {
        if (_leases.Count == 0)
        {
            return;
        }

        Rate = _leases.Min(l => l.RequestsPerSecond);
        _perHour = _leases.Min(l => l.RequestsPerHour);
        _interval = TimeSpan.FromTicks((long)Math.Ceiling(TimeSpan.TicksPerSecond / (Rate * Headroom)));
    }
}
