namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>
/// How long a destination may fail without a single success. Counted from the first failure after the last success; pauses that the destination
/// asked for do not use it up, an hour of them at most.
/// </summary>
internal sealed class Patience(TimeSpan patience, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly long _start = time.GetTimestamp();
    private TimeSpan? _firstFailure;
    private TimeSpan _paused;
    private TimeSpan _pausedUntil;

    /// <summary>How long it lasts as configured.</summary>
    public TimeSpan Length => patience;

    /// <summary>What is left; zero or less where it is over.</summary>
    public TimeSpan Left
    {
        get
        {
            lock (_gate)
            {
                if (_firstFailure is not { } first)
                {
                    return patience;
                }

                var granted = _paused < DeliveryPolicies.LongestPause ? _paused : DeliveryPolicies.LongestPause;
                return first + patience + granted - Now;
            }
        }
    }

    private TimeSpan Now => time.GetElapsedTime(_start);

    public void Succeeded()
    {
        lock (_gate)
        {
            _firstFailure = null;
            _paused = TimeSpan.Zero;
        }
    }

    public void Failed()
    {
        lock (_gate)
        {
            _firstFailure ??= Now;
        }
    }

    /// <summary>The destination asked for no requests for so long.</summary>
    public void Paused(TimeSpan pause)
    {
        lock (_gate)
        {
            // Requests in flight together are told of the same pause; it counts once.
            var from = _pausedUntil > Now ? _pausedUntil : Now;
            var until = Now + pause;
            if (until > from)
            {
                _paused += until - from;
                _pausedUntil = until;
            }
        }
    }
}
