using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>
/// Bytes of a planned file from a place on, on condition of its ETag. Asks the store for the piece first and for more in growing steps only
/// when the reader goes on beyond it, to finish its last line.
/// </summary>
/// <param name="from">First byte.</param>
/// <param name="end">End of the piece.</param>
internal sealed class PieceStream(IObjectStore store, PlannedFile file, long from, long end) : Stream
{
    private const int FirstStep = 64 * 1024;
    private const int LargestStep = 8 * 1024 * 1024;

    private Stream? _current;
    private long _position = from;
    private long _end = Math.Min(end, file.Size);
    private int _step = FirstStep;

    /// <summary>Bytes read from the store.</summary>
    public long BytesRead { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || _position >= file.Size)
        {
            return 0;
        }

        if (_position >= _end)
        {
            await CloseAsync();
            _end = Math.Min(_end + _step, file.Size);
            _step = Math.Min(_step * 4, LargestStep);
        }

        _current ??= await store.OpenAsync(file.Key, new ByteRange(_position, _end - _position), file.ETag, cancellationToken);
        var read = await _current.ReadAsync(buffer, cancellationToken);
        if (read == 0)
        {
            throw new ConnectorException(
                FailureTypes.InputChanged,
                $"{store.Address}/{file.Key} ends at byte {_position}, but had {file.Size} bytes when this run was planned. Run the job again.",
                transient: false);
        }

        _position += read;
        BytesRead += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _current?.Dispose();
            _current = null;
        }

        base.Dispose(disposing);
    }

    private async ValueTask CloseAsync()
    {
        if (_current is not null)
        {
            await _current.DisposeAsync();
            _current = null;
        }
    }
}
