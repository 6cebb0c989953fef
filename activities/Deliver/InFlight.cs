namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>Bounds the requests in flight: as many as the rate needs at the latency seen, and never more bytes than a worker can spare.</summary>
/// <param name="rate">Requests per second that are allowed at present.</param>
internal sealed class InFlight(Func<double> rate)
{
    // Weight of the newest latency in the running mean: a change shows after some ten requests.
    private const double NewestWeight = 0.1;

    private readonly Lock _gate = new();
    private readonly Signal _left = new();
    private int _count;
    private long _bytes;
    private double _latencySeconds;

    /// <summary>Requests that may be in flight at present.</summary>
    public int Limit
    {
        get
        {
            lock (_gate)
            {
                var needed = Math.Ceiling(rate() * _latencySeconds * DeliveryPolicies.InFlightHeadroom) + DeliveryPolicies.MinInFlight;
                return (int)Math.Min(needed, DeliveryPolicies.MaxInFlight);
            }
        }
    }

    /// <summary>Waits for a slot and takes it. One that is larger than all bytes goes alone.</summary>
    public async Task EnterAsync(long bytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var left = _left.Next;
            if (TryEnter(bytes))
            {
                return;
            }

            await left.WaitAsync(cancellationToken);
        }
    }

    public void Leave(long bytes)
    {
        lock (_gate)
        {
            _count--;
            _bytes -= bytes;
        }

        _left.Set();
    }

    public void Observe(TimeSpan latency)
    {
        lock (_gate)
        {
            _latencySeconds = _latencySeconds == 0
                ? latency.TotalSeconds
                : (latency.TotalSeconds * NewestWeight) + (_latencySeconds * (1 - NewestWeight));
        }
    }

    /// <summary>Waits until nothing is in flight.</summary>
    public async Task DrainAsync()
    {
        while (true)
        {
            var left = _left.Next;
            lock (_gate)
            {
                if (_count == 0)
                {
                    return;
                }
            }

            await left;
        }
    }

    private bool TryEnter(long bytes)
    {
        lock (_gate)
        {
            if (_count > 0 && (_count >= Limit || _bytes + bytes > DeliveryPolicies.MaxBytesInFlight))
            {
                return false;
            }

            _count++;
            _bytes += bytes;
            return true;
        }
    }
}
