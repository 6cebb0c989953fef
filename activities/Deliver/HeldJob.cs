namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>
/// The run's hold as a delivery sees it. Nothing is sent on a look that is older than <see cref="DeliveryPolicies.HoldAge"/>: a worker that stood still
/// (suspended, swapped out, cut off) finds out first whether its run still has the job.
/// </summary>
/// <param name="check">Throws where the run no longer has the job.</param>
internal sealed class HeldJob(Func<CancellationToken, Task> check, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private long _seenAt;
    private bool _seen;

    /// <summary>Looks now.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        // From before the question: the answer may come late.
        var asked = time.GetTimestamp();
        await check(cancellationToken);
        Volatile.Write(ref _seenAt, asked);
        Volatile.Write(ref _seen, true);
    }

    /// <summary>Looks where the last look is too old.</summary>
    public async ValueTask EnsureAsync(CancellationToken cancellationToken)
    {
        if (IsFresh)
        {
            return;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!IsFresh)
            {
                await CheckAsync(cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private bool IsFresh => Volatile.Read(ref _seen) && time.GetElapsedTime(Volatile.Read(ref _seenAt)) < DeliveryPolicies.HoldAge;
}
