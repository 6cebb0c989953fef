using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Storage.Local;

/// <summary>
/// <c>staging/.holder</c> says which run of which service has the job; <c>staging/.lock-&lt;service&gt;</c>, locked by a process of that service, says
/// that it is alive. A lock a service, because any worker of a service may end a run, also one that cannot drop another process's lock.
/// Every change is made under the store's own lock of the holder's key, so that two processes never decide at once.
/// </summary>
internal sealed class LocalJobHold(IServiceIdentity identity, TimeProvider clock) : IJobHold, IDisposable
{
    private const string Staging = "staging";
    private const string Holder = ".holder";

    private readonly ConcurrentDictionary<string, FileStream> _held = new();
    private readonly Claims _claims = new(identity);

    public async Task AcquireAsync(JobLocation job, string runId, CancellationToken cancellationToken)
    {
        var service = (await _claims.FindAsync(job, runId, cancellationToken)).Service;
        using var turn = await TakeTurnAsync(job, cancellationToken);
        Guard(job, () =>
        {
            if (_held.TryGetValue(job.JobPath, out var held) && held.Name != LockPath(job, service))
            {
                // Of a service that was here before this one: its runs went with it.
                DropLock(job);
            }

            if (JobHolder.Read(HolderPath(job)) is { } holder
                && (holder.Service != service || RunKeys.IsLater(holder.RunId, runId)) && IsAlive(job, holder.Service))
            {
                throw HoldFailures.Running(job, holder.ToHeldBy(), "at once");
            }

            ShowAlive(job, service);
            new JobHolder(service, runId, Environment.MachineName, Environment.ProcessId, clock.GetUtcNow()).Write(HolderPath(job));
        });
    }

    public async Task KeepAsync(JobLocation job, string runId, CancellationToken cancellationToken)
    {
        if (_held.ContainsKey(job.JobPath))
        {
            return;
        }

        var service = (await _claims.FindAsync(job, runId, cancellationToken)).Service;
        using var turn = await TakeTurnAsync(job, cancellationToken);
        Guard(job, () =>
        {
            if (JobHolder.Read(HolderPath(job)) is { } holder && holder.Service == service && holder.RunId == runId)
            {
                ShowAlive(job, service);
            }
        });
    }

    public async Task CheckAsync(JobLocation job, string runId, CancellationToken cancellationToken)
    {
        var service = (await _claims.FindAsync(job, runId, cancellationToken)).Service;
        using var turn = await TakeTurnAsync(job, cancellationToken);
        Guard(job, () =>
        {
            var holder = JobHolder.Read(HolderPath(job));
            if (holder is null || holder.Service != service || holder.RunId != runId)
            {
                throw HoldFailures.Lost(job, runId, holder?.ToHeldBy());
            }

            // The process that showed this service alive may be gone since; the run goes on here.
            ShowAlive(job, service);
        });
    }

    public async Task ReleaseAsync(JobLocation job, string runId, CancellationToken cancellationToken)
    {
        var service = (await _claims.FindAsync(job, runId, cancellationToken)).Service;
        using var turn = await TakeTurnAsync(job, cancellationToken);
        Guard(job, () =>
        {
            var holder = JobHolder.Read(HolderPath(job));
            if (holder?.Service == service && holder.RunId != runId)
            {
                // A later run of this service took over; it needs the lock.
                return;
            }

            if (holder?.Service == service)
            {
                File.Delete(HolderPath(job));
            }

            DropLock(job);
            LocalFolders.RemoveEmpty(FolderOf(job), job.JobPath);
        });
    }

    public async Task<HeldBy?> FindHolderAsync(JobLocation job, CancellationToken cancellationToken)
    {
        if (!File.Exists(HolderPath(job)))
        {
            return null; // Nor is a lock left behind where nobody works.
        }

        using var turn = await TakeTurnAsync(job, cancellationToken);
        HeldBy? found = null;
        Guard(job, () => found = JobHolder.Read(HolderPath(job)) is { } holder && IsAlive(job, holder.Service)
            ? holder.ToHeldBy()
            : null);
        return found;
    }

    public void Dispose()
    {
        foreach (var stream in _held.Values)
        {
            stream.Dispose();
        }

        _held.Clear();
    }

    private static string FolderOf(JobLocation job) => Path.Join(job.JobPath, Staging);

    private static string HolderPath(JobLocation job) => Path.Join(FolderOf(job), Holder);

    private static string LockPath(JobLocation job, string ofService) =>
        Path.Join(FolderOf(job), ".lock-" + XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(ofService)).ToString("x16", CultureInfo.InvariantCulture));

    private static Task<IDisposable> TakeTurnAsync(JobLocation job, CancellationToken cancellationToken) =>
        ((LocalObjectStore)job.Store).LockAsync($"{job.Prefix}{Staging}/{Holder}", cancellationToken);

    /// <summary>True where a process of that service has its lock; removes the lock of a dead one.</summary>
    private static bool IsAlive(JobLocation job, string ofService)
    {
        var path = LockPath(job, ofService);
        try
        {
            using var taken = FileLock.TryTake(path, FileMode.Open);
            if (taken is null)
            {
                return true;
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }

        File.Delete(path);
        return false;
    }

    /// <summary>Holds this service's lock, unless another process of the service does.</summary>
    private void ShowAlive(JobLocation job, string service)
    {
        var path = LockPath(job, service);
        if (_held.TryGetValue(job.JobPath, out var held))
        {
            if (held.Name == path && File.Exists(path))
            {
                return;
            }

            // Somebody cleared staging: what is locked is a file without a name, which nobody else can see. Or the service is another one since.
            _held.TryRemove(job.JobPath, out _);
            held.Dispose();
        }

        var taken = LocalFolders.InFolder(FolderOf(job), () => FileLock.TryTake(path, FileMode.OpenOrCreate));
        if (taken is not null)
        {
            _held[job.JobPath] = taken;
        }
    }

    private void DropLock(JobLocation job)
    {
        if (_held.TryRemove(job.JobPath, out var held))
        {
            held.Dispose();
            File.Delete(held.Name);
        }
    }

    private static void Guard(JobLocation job, Action change)
    {
        try
        {
            change();
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            throw FileFailures.Translate(e, HolderPath(job), "write");
        }
    }
}
