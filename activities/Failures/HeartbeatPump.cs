namespace PersonalizeConnectors.Activities.Failures;

/// <summary>
/// Repeats a step's last position while its body runs, so that a long stretch without one (a large object that is read or written) is not taken
/// for a dead worker. A body that hangs is not seen by heartbeats then: the activity's StartToCloseTimeout bounds it.
/// </summary>
internal sealed class HeartbeatPump : IDisposable
{
    /// <summary>A fifth of the heartbeat timeout of the steps.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Action<StepPosition> _heartbeat;
    private readonly ITimer _timer;
    private StepPosition _last = new(0, 0);
    private bool _hasEnded;

    public HeartbeatPump(Action<StepPosition> heartbeat, TimeProvider time)
    {
        _heartbeat = heartbeat;
        _timer = time.CreateTimer(static self => ((HeartbeatPump)self!).Repeat(), this, Period, Period);
    }

    public void Report(StepPosition position)
    {
        lock (_gate)
        {
            _last = position;
            Repeat();
        }
    }

    /// <summary>Ends the heartbeats; none is under way when it returns.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _hasEnded = true;
        }

        _timer.Dispose();
    }

    private void Repeat()
    {
        lock (_gate)
        {
            if (!_hasEnded)
            {
                _heartbeat(_last);
            }
        }
    }
}
