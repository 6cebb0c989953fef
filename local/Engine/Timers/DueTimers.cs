namespace PersonalizeConnectors.Local.Engine.Timers;

/// <summary>Everything that falls due, behind one timer set to the earliest: an idle engine uses no CPU.</summary>
internal sealed class DueTimers : IDisposable
{
    private const int FewCanceled = 1000;

    // A timer of the system takes at most 49 days.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(30);

    private readonly PriorityQueue<Due, DateTimeOffset> _dues = new();
    private readonly TimeProvider _time;
    private readonly Action<Exception> _report;
    private readonly ITimer _timer;
    private DateTimeOffset _armedFor = DateTimeOffset.MaxValue;
    private int _canceled;

    /// <param name="transaction">Runs a change as a transaction of the service.</param>
    /// <param name="report">Is told what went wrong in something that fell due; the others go on.</param>
    public DueTimers(TimeProvider time, Action<Action> transaction, Action<Exception> report)
    {
        _time = time;
        _report = report;
        _timer = time.CreateTimer(_ => transaction(FireDue), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Calls <paramref name="fire"/> once the time has come, in one transaction with all else that is due by then. Zero or less: never.</summary>
    public Due? After(TimeSpan delay, Action fire) => delay > TimeSpan.Zero ? At(_time.GetUtcNow() + delay, fire) : null;

    public Due At(DateTimeOffset time, Action fire)
    {
        var due = new Due(this, fire);
        _dues.Enqueue(due, time);
        Arm();
        return due;
    }

    public void Dispose() => _timer.Dispose();

    private void FireDue()
    {
        _armedFor = DateTimeOffset.MaxValue;
        while (_dues.TryPeek(out var due, out var time) && (due.IsCanceled || time <= _time.GetUtcNow()))
        {
            _dues.Dequeue();
            if (due.IsCanceled)
            {
                _canceled--;
            }
            else
            {
                Fire(due);
            }
        }

        Arm();
    }

    private void Fire(Due due)
    {
        try
        {
            due.Fire();
        }
        catch (Exception e)
        {
            // Out of a timer's callback it would end the process, and the timer would not be set to the next one.
            _report(e);
        }
    }

    private void Arm()
    {
        if (!_dues.TryPeek(out _, out var earliest) || earliest >= _armedFor)
        {
            return;
        }

        _armedFor = earliest;
        var wait = earliest - _time.GetUtcNow();
        wait = wait > LongestWait ? LongestWait : wait;
        // Rounded up: a timer that fires early finds nothing due.
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(wait.TotalMilliseconds))), Timeout.InfiniteTimeSpan);
    }

    private void OnCanceled()
    {
        // A canceled one waits for its time among the others; hours of them would pile up.
        if (++_canceled > FewCanceled && _canceled > _dues.Count / 2)
        {
            var left = _dues.UnorderedItems.Where(d => !d.Element.IsCanceled).ToList();
            _dues.Clear();
            _dues.EnqueueRange(left);
            _canceled = 0;
        }
    }

    internal sealed class Due(DueTimers timers, Action fire)
    {
        private bool _isDone;

        public bool IsCanceled { get; private set; }

        public void Cancel()
        {
            if (!IsCanceled && !_isDone)
            {
                IsCanceled = true;
                timers.OnCanceled();
            }
        }

        public void Fire()
        {
            _isDone = true;
            fire();
        }
    }
}
