namespace PersonalizeConnectors.Activities.Storage;

/// <summary>Repeats the renewal of one lease until it is stopped or the lease is gone.</summary>
internal sealed class Renewal(Claim claim) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    public Claim Claim { get; } = claim;

    /// <summary>The lease went to somebody else.</summary>
    public bool HasEnded { get; private set; }

    /// <param name="renew">False ends it.</param>
    public void Start(TimeProvider clock, TimeSpan period, Func<CancellationToken, Task<bool>> renew) => _loop = RunAsync(clock, period, renew);

    /// <summary>None is under way when it returns.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task RunAsync(TimeProvider clock, TimeSpan period, Func<CancellationToken, Task<bool>> renew)
    {
        // Taken once: the source may be disposed while a renewal is under way.
        var stopping = _stop.Token;
        using var timer = new PeriodicTimer(period, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping) && await renew(stopping))
            {
                // Renewed, or to be tried again.
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped.
        }
        finally
        {
            HasEnded = true;
        }
    }
}
