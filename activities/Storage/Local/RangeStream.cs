using Microsoft.Win32.SafeHandles;

namespace PersonalizeConnectors.Activities.Storage.Local;

/// <summary>Reads a range of a file forward, without a buffer of its own.</summary>
internal sealed class RangeStream(SafeFileHandle file, string path, long offset, long? length) : Stream
{
    private long _offset = offset;
    private long _left = length ?? long.MaxValue;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return Advance(RandomAccess.Read(file, buffer[..Within(buffer.Length)], _offset));
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            throw FileFailures.Translate(e, path, "read");
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return Advance(await RandomAccess.ReadAsync(file, buffer[..Within(buffer.Length)], _offset, cancellationToken));
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            throw FileFailures.Translate(e, path, "read");
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Within(int count) => (int)Math.Min(count, _left);

    private int Advance(int read)
    {
        _offset += read;
        _left -= read;
        return read;
    }
}
