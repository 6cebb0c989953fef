namespace PersonalizeConnectors.Activities.Storage.Local;

/// <summary>Writes under a name that no listing shows; the commit makes it durable and renames it.</summary>
/// <param name="path">Where the object shall stand.</param>
/// <param name="file">The unfinished file, beside it.</param>
internal sealed class LocalObjectWriter(string key, string path, FileStream file, PutCondition condition, KeyLocks locks, TimeProvider clock)
    : ObjectWriter
{
    private readonly string _unfinished = file.Name;
    private bool _done;

    public override Stream Stream { get; } = new WriteStream(file, e => FileFailures.Translate(e, path, "write"));

    public override async Task<ObjectEntry> CommitAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_done, this);
        await Stream.FlushAsync(cancellationToken);
        try
        {
            // The file system stamps with a clock that stands still for milliseconds; see LocalETag.
            File.SetLastWriteTimeUtc(file.SafeFileHandle, clock.GetUtcNow().UtcDateTime);
            RandomAccess.FlushToDisk(file.SafeFileHandle);
            await file.DisposeAsync();
            ObjectEntry entry;
            using (await locks.TakeAsync(key, cancellationToken))
            {
                var current = LocalETag.Read(key, path);
                Check(current);
                if (current is not null && LocalETag.StampBehind(_unfinished, current.LastModified))
                {
                    using var handle = File.OpenHandle(_unfinished, FileMode.Open, FileAccess.ReadWrite);
                    RandomAccess.FlushToDisk(handle);
                }

                entry = LocalETag.Read(key, _unfinished) ?? throw new FileNotFoundException(message: null, _unfinished);
                File.Move(_unfinished, path, overwrite: true);
                _done = true;
            }

            FolderSync.Flush(Path.GetDirectoryName(path)!);
            return entry;
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            throw FileFailures.Translate(e, path, "write");
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (_done)
        {
            return;
        }

        _done = true;
        try
        {
            await file.DisposeAsync();
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            // The last buffer of an object that nobody wants any more; a full disk was already reported by a write, or is by the next.
        }

        try
        {
            File.Delete(_unfinished);
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            // No listing shows it, and one removes it tomorrow; what made the caller give up is the failure to report.
        }
    }

    private void Check(ObjectEntry? current)
    {
        if (Directory.Exists(path))
        {
            throw new StorageException($"Cannot write {path}: there is a folder of that name. Rename it, or choose another name.", transient: false);
        }

        switch (condition)
        {
            case PutCondition.Absent when current is not null:
                throw new PutConflictException($"{path} exists already; it was not replaced. Something else wrote it.");
            case PutCondition.Unchanged unchanged when current?.ETag != unchanged.ETag:
                throw new PutConflictException(
                    current is null
                        ? $"{path} was removed since it was read; it was not written again."
                        : $"{path} was changed since it was read; it was not replaced. Something else writes it.");
            default:
                break;
        }
    }
}
