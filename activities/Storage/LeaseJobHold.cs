using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>
/// A lease object in the job's staging, renewed every 10 s and valid for 60 s by the store's own clock. Every change is conditional on the lease that
/// was read. Every worker that has a step of the run renews it, so that it outlives each of them, and none does once the run has ended: whatever
/// ended it, a minute later the job is free.
/// </summary>
internal sealed partial class LeaseJobHold(IServiceIdentity service, ILiveRuns runs, TimeProvider clock, ILogger<LeaseJobHold> logger) : IJobHold, IDisposable
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan Validity = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, Renewal> _renewals = new();
    private readonly Claims _claims = new(service);

    public async Task AcquireAsync(JobLocation job, string runId, CancellationToken cancellationToken)
    {
        var claim = await _claims.FindAsync(job, runId, cancellationToken);
        while (true)
        {
            var stored = await JobLease.FindAsync(job, cancellationToken);
            if (stored is not null && (stored.Lease.Service != claim.Service || RunKeys.IsLater(stored.Lease.RunId, runId))
                && await IsValidAsync(job, stored, cancellationToken))
            {
                throw HoldFailures.Running(job, stored.Lease.ToHeldBy(), "a minute after");
            }

            var mine = new JobLease(claim.Service, runId, Environment.MachineName, Environment.ProcessId, clock.GetUtcNow(), Guid.Empty);
            if (await mine.TryPutAsync(job, stored is null ? PutCondition.IfAbsent : PutCondition.IfUnchanged(stored.Entry.ETag), cancellationToken))
            {
                KeepRenewing(job, claim);
                return;
            }
        }
    }

    public async Task KeepAsync(JobLocation job, string runId, CancellationToken cancellationToken)
    {
        var claim = await _claims.FindAsync(job, runId, cancellationToken);
        if (KeepRenewing(job, claim))
        {
            // The worker that renewed it until now may have died most of a minute ago.
            await RenewOnceAsync(job, claim, cancellationToken);
        }
    }

    public async Task CheckAsync(JobLocation job, string runId, CancellationToken cancellationToken)
    {
        var claim = await _claims.FindAsync(job, runId, cancellationToken);
        var stored = await JobLease.FindAsync(job, cancellationToken);
        if (!IsOf(claim, stored))
        {
            throw HoldFailures.Lost(job, runId, stored?.Lease.ToHeldBy());
        }

        // The worker that renewed it may be gone since; the run goes on here.
        if (KeepRenewing(job, claim) && !await RenewAsync(job, claim, stored, cancellationToken))
        {
            throw HoldFailures.Lost(job, runId, (await JobLease.FindAsync(job, cancellationToken))?.Lease.ToHeldBy());
        }
    }

    public async Task ReleaseAsync(JobLocation job, string runId, CancellationToken cancellationToken)
    {
        if (_renewals.TryGetValue(job.JobPath, out var renewal) && renewal.Claim.RunId == runId && _renewals.TryRemove(new(job.JobPath, renewal)))
        {
            await renewal.StopAsync();
        }

        // A store cannot delete on condition. Renewed first, the lease is ours alone for a minute, and the delete comes right behind.
        var claim = await _claims.FindAsync(job, runId, cancellationToken);
        var stored = await JobLease.FindAsync(job, cancellationToken);
        if (IsOf(claim, stored) && await RenewAsync(job, claim, stored, cancellationToken))
        {
            await job.Store.DeleteAsync(RunKeys.HolderOf(job.Prefix), cancellationToken);
        }
    }

    /// <summary>By this machine's clock, since only looking must not write: a lease that has just ended may still show.</summary>
    public async Task<HeldBy?> FindHolderAsync(JobLocation job, CancellationToken cancellationToken) =>
        await JobLease.FindAsync(job, cancellationToken) is { } stored && clock.GetUtcNow() - stored.Entry.LastModified <= Validity + Period
            ? stored.Lease.ToHeldBy()
            : null;

    public void Dispose()
    {
        foreach (var renewal in _renewals.Values)
        {
            renewal.Dispose();
        }

        _renewals.Clear();
    }

    private static bool IsOf(Claim claim, [NotNullWhen(true)] StoredLease? stored) => stored is { Lease: var lease } && claim == new Claim(lease.Service, lease.RunId);

    /// <returns>True where this process did not renew the lease until now.</returns>
    private bool KeepRenewing(JobLocation job, Claim claim)
    {
        while (true)
        {
            if (_renewals.TryGetValue(job.JobPath, out var known))
            {
                if (known.Claim == claim && !known.HasEnded)
                {
                    return false;
                }

                if (_renewals.TryRemove(new(job.JobPath, known)))
                {
                    known.Dispose();
                }
            }

            var renewal = new Renewal(claim);
            if (_renewals.TryAdd(job.JobPath, renewal))
            {
                renewal.Start(clock, Period, async token => !await HasEndedAsync(job, claim.RunId, token) && await RenewOnceAsync(job, claim, token));
                return true;
            }

            renewal.Dispose();
        }
    }

    private async Task<bool> HasEndedAsync(JobLocation job, string runId, CancellationToken cancellationToken)
    {
        if (!await runs.HasEndedAsync(job.JobPath, runId, cancellationToken))
        {
            return false;
        }

        // Terminated, or let go by another worker a moment ago.
        LogRunEnded(runId, job.JobPath);
        return true;
    }

    /// <returns>False where the lease is no longer this run's.</returns>
    private async Task<bool> RenewOnceAsync(JobLocation job, Claim claim, CancellationToken cancellationToken)
    {
        try
        {
            return await RenewAsync(job, claim, await JobLease.FindAsync(job, cancellationToken), cancellationToken);
        }
        catch (ConnectorException e)
        {
            // There are five more tries before the lease ends, and a check before every commit.
            LogNotRenewed(job.JobPath, e.Message);
            return true;
        }
    }

    private static async Task<bool> RenewAsync(JobLocation job, Claim claim, StoredLease? stored, CancellationToken cancellationToken)
    {
        while (IsOf(claim, stored))
        {
            if (await stored.Lease.TryPutAsync(job, PutCondition.IfUnchanged(stored.Entry.ETag), cancellationToken))
            {
                return true;
            }

            // Another worker of this service renewed it at the same moment, or somebody took it.
            stored = await JobLease.FindAsync(job, cancellationToken);
        }

        return false;
    }

    /// <summary>Asks the store what time it is: clocks of two machines are never compared.</summary>
    private static async Task<bool> IsValidAsync(JobLocation job, StoredLease stored, CancellationToken cancellationToken)
    {
        var key = RunKeys.HolderOf(job.Prefix) + "-clock-" + Guid.NewGuid().ToString("N");
        await job.Store.PutAsync(key, "now"u8.ToArray(), PutCondition.None, cancellationToken);
        try
        {
            var now = (await job.Store.FindAsync(key, cancellationToken))?.LastModified;
            return now is null || now - stored.Entry.LastModified <= Validity;
        }
        finally
        {
            await job.Store.DeleteAsync(key, cancellationToken);
        }
    }

    [LoggerMessage(4300, LogLevel.Warning, "The hold on {Job} could not be renewed; it is tried again in 10 s. {Reason}")]
    private partial void LogNotRenewed(string job, string reason);

    [LoggerMessage(4301, LogLevel.Debug, "Run {Run} has ended; its hold on {Job} is not renewed any more.")]
    private partial void LogRunEnded(string run, string job);
}
