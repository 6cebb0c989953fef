using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Write;

/// <summary>Where a compressor leaves its bytes until they are sent on; a store's own stream may be slow, and never gets a synchronous write.</summary>
internal sealed class CompressedBuffer : Stream
{
    private readonly ByteWriter _bytes = new(256 * 1024);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _bytes.Length;

    public override long Position
    {
        get => _bytes.Length;
        set => throw new NotSupportedException();
    }

    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    public void Clear() => _bytes.Clear();

    public override void Write(ReadOnlySpan<byte> buffer) => _bytes.WriteRaw(buffer);

    public override void Write(byte[] buffer, int offset, int count) => _bytes.WriteRaw(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _bytes.Dispose();
        }

        base.Dispose(disposing);
    }
}
