using System.Collections.Concurrent;

namespace PersonalizeConnectors.Activities.Storage.Overlay;

/// <summary>
/// A root as it would be: reads fall through to it, everything that is written, replaced or deleted is so in a folder beside it alone.
/// For one process; conditions of puts hold between its tasks.
/// </summary>
/// <param name="root">Only read.</param>
/// <param name="changes">What was written; empty at first.</param>
internal sealed class OverlayObjectStore(IObjectStore root, IObjectStore changes, TimeProvider clock) : IObjectStore, IDisposable
{
    private readonly ConcurrentDictionary<string, byte> _deleted = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _committing = new(1, 1);

    public string Address => root.Address;

    public IAsyncEnumerable<ObjectEntry> ListAsync(string prefix, CancellationToken cancellationToken) =>
        MergedListing.MergeAsync(
            root.ListAsync(prefix, cancellationToken).Where(entry => !_deleted.ContainsKey(entry.Key)),
            changes.ListAsync(prefix, cancellationToken),
            entry => entry.Key,
            cancellationToken);

    public IAsyncEnumerable<string> ListFoldersAsync(string prefix, CancellationToken cancellationToken) =>
        MergedListing.MergeAsync(
            root.ListFoldersAsync(prefix, cancellationToken).Where((folder, token) => HasObjectAsync($"{prefix}{folder}/", token)),
            changes.ListFoldersAsync(prefix, cancellationToken),
            folder => folder + "/",
            cancellationToken);

    public async Task<ObjectEntry?> FindAsync(string key, CancellationToken cancellationToken) =>
        await changes.FindAsync(key, cancellationToken)
        ?? (_deleted.ContainsKey(key) ? null : await root.FindAsync(key, cancellationToken));

    public async Task<Stream> OpenAsync(string key, ByteRange range, string? ifETag, CancellationToken cancellationToken)
    {
        if (await changes.FindAsync(key, cancellationToken) is not null)
        {
            return await changes.OpenAsync(key, range, ifETag, cancellationToken);
        }

        return _deleted.ContainsKey(key)
            ? throw new ObjectNotFoundException($"There is no {Address}/{key} any more.")
            : await root.OpenAsync(key, range, ifETag, cancellationToken);
    }

    public async Task<ObjectWriter> CreateAsync(string key, PutCondition condition, CancellationToken cancellationToken) =>
        PublishedParts.Contains(key)
            ? new DiscardingWriter(key, clock)
            : new OverlayObjectWriter(this, key, condition, await changes.CreateAsync(key, PutCondition.None, cancellationToken));

    public async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        await _committing.WaitAsync(cancellationToken);
        try
        {
            if (await root.FindAsync(key, cancellationToken) is not null)
            {
                _deleted[key] = 0;
            }

            await changes.DeleteAsync(key, cancellationToken);
        }
        finally
        {
            _committing.Release();
        }
    }

    // What killed writers left in the root is not this store's to remove, and no listing shows it.
    public Task DeleteUnfinishedAsync(string folder, CancellationToken cancellationToken) => changes.DeleteUnfinishedAsync(folder, cancellationToken);

    public void Dispose()
    {
        _committing.Dispose();
        (changes as IDisposable)?.Dispose();
        (root as IDisposable)?.Dispose();
    }

    internal async Task<ObjectEntry> CommitAsync(string key, PutCondition condition, ObjectWriter writer, CancellationToken cancellationToken)
    {
        await _committing.WaitAsync(cancellationToken);
        try
        {
            Check(key, condition, await FindAsync(key, cancellationToken));
            return await writer.CommitAsync(cancellationToken);
        }
        finally
        {
            _committing.Release();
        }
    }

    private void Check(string key, PutCondition condition, ObjectEntry? current)
    {
        switch (condition)
        {
            case PutCondition.Absent when current is not null:
                throw new PutConflictException($"{Address}/{key} exists already; it was not replaced.");
            case PutCondition.Unchanged unchanged when current?.ETag != unchanged.ETag:
                throw new PutConflictException($"{Address}/{key} was changed or removed since it was read; it was not replaced.");
            default:
                break;
        }
    }

    private async ValueTask<bool> HasObjectAsync(string folder, CancellationToken cancellationToken) =>
        _deleted.IsEmpty || await root.ListAsync(folder, cancellationToken).AnyAsync(entry => !_deleted.ContainsKey(entry.Key), cancellationToken);
}
