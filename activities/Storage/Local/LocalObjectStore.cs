using Microsoft.Win32.SafeHandles;

namespace PersonalizeConnectors.Activities.Storage.Local;

/// <summary>Objects as files below a folder; docs/decisions/0001-local-object-store.md says how it keeps its promises.</summary>
internal sealed class LocalObjectStore : IObjectStore, IDisposable
{
    // Staging objects are written in pieces of a few kilobytes.
    private const int WriteBuffer = 131_072;

    private readonly LocalPaths _paths;
    private readonly KeyLocks _locks;
    private readonly LocalListing _listing;
    private readonly TimeProvider _clock;

    /// <param name="tidies">False: listings leave alone what killed writers left behind.</param>
    public LocalObjectStore(string root, TimeProvider clock, bool tidies = true)
    {
        _paths = new LocalPaths(root);
        _locks = new KeyLocks(_paths.Root);
        _listing = new LocalListing(_paths, clock, tidies);
        _clock = clock;
    }

    public string Address => _paths.Root;

    public IAsyncEnumerable<ObjectEntry> ListAsync(string prefix, CancellationToken cancellationToken) =>
        _listing.Walk(prefix, cancellationToken).ToAsyncEnumerable();

    public IAsyncEnumerable<string> ListFoldersAsync(string prefix, CancellationToken cancellationToken) =>
        _listing.WalkFolders(prefix, cancellationToken).ToAsyncEnumerable();

    public Task<ObjectEntry?> FindAsync(string key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = _paths.Locate(key);
        try
        {
            return Task.FromResult(LocalETag.Read(key, path));
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            throw FileFailures.Translate(e, path, "read");
        }
    }

    public Task<Stream> OpenAsync(string key, ByteRange range, string? ifETag, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(range.Offset);
        ArgumentOutOfRangeException.ThrowIfNegative(range.Length ?? 0);
        cancellationToken.ThrowIfCancellationRequested();
        var path = _paths.Locate(key);
        if (Directory.Exists(path))
        {
            throw new ObjectNotFoundException($"{path} is a folder where a file is expected. Look at the spelling.");
        }

        SafeFileHandle? file = null;
        try
        {
            // Others may go on writing at a file that Personalize or a person puts here: they are not kept out, but the ETag tells.
            file = File.OpenHandle(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous | FileOptions.SequentialScan);
            if (ifETag is not null && LocalETag.Of(RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file)) != ifETag)
            {
                throw new ObjectChangedException($"{path} was changed while this run read it. Run again when whatever writes it has finished.");
            }

            var stream = new RangeStream(file, path, range.Offset, range.Length);
            file = null;
            return Task.FromResult<Stream>(stream);
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            throw FileFailures.Translate(e, path, "read");
        }
        finally
        {
            file?.Dispose();
        }
    }

    public Task<ObjectWriter> CreateAsync(string key, PutCondition condition, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = _paths.Locate(key);
        try
        {
            var file = LocalFolders.CreateTemporary(Path.GetDirectoryName(path)!, WriteBuffer);
            return Task.FromResult<ObjectWriter>(new LocalObjectWriter(key, path, file, condition, _locks, _clock));
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            throw FileFailures.Translate(e, path, "write");
        }
    }

    public async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        var path = _paths.LocateEntry(key);
        try
        {
            if (!File.Exists(path) && new FileInfo(path).LinkTarget is null)
            {
                return;
            }

            using (await _locks.TakeAsync(key, cancellationToken))
            {
                File.Delete(path);
            }

            LocalFolders.RemoveEmpty(Path.GetDirectoryName(path)!, _paths.Root);
        }
        catch (DirectoryNotFoundException)
        {
            // Its folder went meanwhile, and it with it.
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            throw FileFailures.Translate(e, path, "delete");
        }
    }

    public Task DeleteUnfinishedAsync(string folder, CancellationToken cancellationToken)
    {
        var path = _paths.Locate(folder.TrimEnd('/'));
        try
        {
            LocalFolders.RemoveUnfinished(path, _paths.Root, cancellationToken);
            return Task.CompletedTask;
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            throw FileFailures.Translate(e, path, "delete");
        }
    }

    /// <summary>Holds the key against every other writer of any process, for what is done beside the store.</summary>
    internal Task<IDisposable> LockAsync(string key, CancellationToken cancellationToken) => _locks.TakeAsync(key, cancellationToken);

    public void Dispose() => _locks.Dispose();
}
