using System.Text.Json;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>Who works on a job, and until when: the object <c>staging/.holder</c>.</summary>
/// <param name="Service">The Temporal service, <see cref="IServiceIdentity"/>.</param>
/// <param name="Since">By the holder's clock; for people.</param>
/// <param name="Beat">Another one with every renewal, so that the object's ETag changes.</param>
internal sealed record JobLease(string Service, string RunId, string Host, int ProcessId, DateTimeOffset Since, Guid Beat)
{
    private const int MaxBytes = 16_384;

    /// <summary>The lease as it stands; null where nobody has the job.</summary>
    public static async Task<StoredLease?> FindAsync(JobLocation job, CancellationToken cancellationToken)
    {
        var key = RunKeys.HolderOf(job.Prefix);
        while (await job.Store.FindAsync(key, cancellationToken) is { } entry)
        {
            try
            {
                return new(await ReadAsync(job, entry, cancellationToken), entry);
            }
            catch (Exception e) when (e is ObjectChangedException or ObjectNotFoundException)
            {
                // Renewed, taken or let go between the two requests.
                continue;
            }
        }

        return null;
    }

    public HeldBy ToHeldBy() => new(RunId, Host, ProcessId, Since, Service);

    /// <summary>Puts the lease, with a beat of its own.</summary>
    /// <returns>False where the condition did not hold.</returns>
    public async Task<bool> TryPutAsync(JobLocation job, PutCondition condition, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(this with { Beat = Guid.NewGuid() }, JsonSerializerOptions.Web);
            await job.Store.PutAsync(RunKeys.HolderOf(job.Prefix), bytes, condition, cancellationToken);
            return true;
        }
        catch (PutConflictException)
        {
            return false;
        }
    }

    private static async Task<JobLease> ReadAsync(JobLocation job, ObjectEntry entry, CancellationToken cancellationToken)
    {
        await using var stream = await job.Store.OpenAsync(entry.Key, new ByteRange(0, Math.Min(entry.Size, MaxBytes)), entry.ETag, cancellationToken);
        try
        {
            return await JsonSerializer.DeserializeAsync<JobLease>(stream, JsonSerializerOptions.Web, cancellationToken) is { Service: not null, RunId: not null } lease
                ? lease
                : throw Unreadable(job, entry, cause: null);
        }
        catch (JsonException e)
        {
            throw Unreadable(job, entry, e);
        }
    }

    private static StorageException Unreadable(JobLocation job, ObjectEntry entry, JsonException? cause) =>
        new($"{job.Store.Address}/{entry.Key} does not say who works on the job. If no run of the job is under way, delete that object.", transient: false, cause);
}

/// <summary>A lease and the object it stands in.</summary>
internal sealed record StoredLease(JobLease Lease, ObjectEntry Entry);
