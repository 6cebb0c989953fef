using System.IO.Compression;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.SplitErrors;

/// <summary>Writes error lines as they stood, as gzip JSON Lines in bounded parts.</summary>
internal sealed class ErrorParts(IObjectStore store, RunKeys keys, long partBytes) : IAsyncDisposable
{
    private const int BatchBytes = 64 * 1024;

    private readonly ByteWriter _batch = new(BatchBytes);
    private ObjectWriter? _part;
    private GZipStream? _zipped;
    private long _partLength;
    private long _bytesOut;
    private int _parts;

    /// <summary>Enough is gathered to be written.</summary>
    public bool MustWrite => _batch.Length >= BatchBytes;

    public void Add(ReadOnlySpan<byte> line)
    {
        _batch.WriteRaw(line);
        _batch.WriteByte((byte)'\n');
    }

    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        if (_part is null)
        {
            _part = await store.CreateAsync(keys.ErrorPart(_parts++), PutCondition.None, cancellationToken);
            _zipped = new GZipStream(_part.Stream, CompressionLevel.Fastest, leaveOpen: true);
            _partLength = 0;
        }

        await _zipped!.WriteAsync(_batch.WrittenMemory, cancellationToken);
        _partLength += _batch.Length;
        _batch.Clear();
        if (_partLength >= partBytes)
        {
            await EndPartAsync(cancellationToken);
        }
    }

    /// <summary>Writes the rest; returns the bytes of all parts, compressed.</summary>
    public async Task<long> FinishAsync(CancellationToken cancellationToken)
    {
        if (_batch.Length > 0)
        {
            await WriteAsync(cancellationToken);
        }

        await EndPartAsync(cancellationToken);
        return _bytesOut;
    }

    public async ValueTask DisposeAsync()
    {
        if (_zipped is not null)
        {
            await _zipped.DisposeAsync();
        }

        if (_part is not null)
        {
            await _part.DisposeAsync();
        }

        _batch.Dispose();
    }

    private async Task EndPartAsync(CancellationToken cancellationToken)
    {
        if (_part is null)
        {
            return;
        }

        await _zipped!.DisposeAsync();
        _zipped = null;
        _bytesOut += (await _part.CommitAsync(cancellationToken)).Size;
        await _part.DisposeAsync();
        _part = null;
    }
}
