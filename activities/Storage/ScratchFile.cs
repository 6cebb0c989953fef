using System.Buffers;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>A downloaded object. <see cref="Users"/> and <see cref="Forgotten"/> belong to the lock of <see cref="Scratch"/>.</summary>
internal sealed class ScratchFile : IDisposable
{
    private const int BufferSize = 1 << 20;

    private readonly string _path;
    private readonly Func<Exception, string, StorageException> _translate;
    private readonly CancellationTokenSource _abandoned = new();
    private readonly Task<MappedFile> _mapped;

    public ScratchFile(string path, IObjectStore store, string key, Func<Exception, string, StorageException> translate)
    {
        _path = path;
        _translate = translate;
        _mapped = Task.Run(() => DownloadAsync(store, key, _abandoned.Token));
    }

    /// <summary>Leases, and callers that wait for the download.</summary>
    public int Users { get; set; }

    /// <summary>No longer to be found: removed by whoever uses it last.</summary>
    public bool Forgotten { get; set; }

    public bool HasFailed => _mapped is { IsCompleted: true, IsCompletedSuccessfully: false };

    /// <summary>The one download. No caller's own cancellation ends it; that nobody waits for it any more does (<see cref="Dispose"/>).</summary>
    public Task<MappedFile> MapAsync() => _mapped;

    public void Dispose()
    {
        _abandoned.Cancel();
        _ = EndAsync();
    }

    private async Task<MappedFile> DownloadAsync(IObjectStore store, string key, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            await using var source = await store.OpenAsync(key, ByteRange.All, ifETag: null, cancellationToken);
            await using (var target = new FileStream(_path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                int read;
                while ((read = await source.ReadAsync(buffer.AsMemory(0, BufferSize), cancellationToken)) > 0)
                {
                    await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                }
            }

            return new MappedFile(_path);
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            throw _translate(e, _path);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task EndAsync()
    {
        try
        {
            (await _mapped).Dispose();
        }
        catch (Exception)
        {
            // Whoever waited for the download got its failure.
        }

        _abandoned.Dispose();
        try
        {
            File.Delete(_path);
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            // It goes with this process's folder.
        }
    }
}
