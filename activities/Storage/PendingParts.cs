using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>
/// Parts of a connector that something else wrote: noted when their event comes, and marked as done by the version of the object. Both are objects
/// put if absent, so that neither a repeated event nor a killed worker delivers a version again or loses it.
/// </summary>
internal sealed class PendingParts(JobLocation job, string connector)
{
    private const int LongestNote = 16 * 1024;

    private readonly string _pending = RunKeys.PendingPartsOf(job.Prefix, connector);
    private readonly string _done = RunKeys.DonePartsOf(job.Prefix, connector);

    /// <param name="version">The object's version id, or its ETag.</param>
    /// <returns>False where this version was noted or done before.</returns>
    public async Task<bool> NoteAsync(string key, string version, string etag, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{key}\n{version}")))[..32];
        return await job.Store.FindAsync(_done + name, cancellationToken) is null
            && await TryPutAsync(_pending + name, JsonSerializer.SerializeToUtf8Bytes(new Note(key, etag, at), JsonSerializerOptions.Web), cancellationToken);
    }

    /// <summary>All that are noted, in the order of writing.</summary>
    public async Task<IReadOnlyList<PendingPart>> ReadAsync(CancellationToken cancellationToken)
    {
        var parts = new List<PendingPart>();
        await foreach (var entry in job.Store.ListAsync(_pending, cancellationToken))
        {
            var note = JsonSerializer.Deserialize<Note>(await job.Store.ReadAllAsync(entry.Key, LongestNote, cancellationToken), JsonSerializerOptions.Web)!;
            parts.Add(new(entry.Key[_pending.Length..], note.Key, note.ETag, note.At ?? entry.LastModified));
        }

        return [.. parts.OrderBy(part => part.At).ThenBy(part => part.Key, StringComparer.Ordinal)];
    }

    public async Task<bool> HasAnyAsync(CancellationToken cancellationToken)
    {
        await foreach (var _ in job.Store.ListAsync(_pending, cancellationToken))
        {
            return true;
        }

        return false;
    }

    /// <summary>True where this version was delivered before: its event came again while that was being marked, and noted it once more.</summary>
    public async Task<bool> IsDoneAsync(PendingPart part, CancellationToken cancellationToken) => await job.Store.FindAsync(_done + part.Name, cancellationToken) is not null;

    public async Task SettleAsync(PendingPart part, CancellationToken cancellationToken)
    {
        await TryPutAsync(_done + part.Name, default, cancellationToken);
        await job.Store.DeleteAsync(_pending + part.Name, cancellationToken);
    }

    /// <summary>Removes the marks of versions that were done before a time.</summary>
    public async Task ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await foreach (var entry in job.Store.ListAsync(_done, cancellationToken))
        {
            if (entry.LastModified < before)
            {
                await job.Store.DeleteAsync(entry.Key, cancellationToken);
            }
        }
    }

    private async Task<bool> TryPutAsync(string key, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await job.Store.PutAsync(key, bytes, PutCondition.IfAbsent, cancellationToken);
            return true;
        }
        catch (PutConflictException)
        {
            return false;
        }
    }

    private sealed record Note(string Key, string ETag, DateTimeOffset? At);
}

/// <param name="Name">Of its note.</param>
/// <param name="ETag">Of the version, without quotes; empty where the event did not say it.</param>
internal sealed record PendingPart(string Name, string Key, string ETag, DateTimeOffset At);
