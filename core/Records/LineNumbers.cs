namespace PersonalizeConnectors.Core.Records;

/// <summary>
/// A stream on its way to a <see cref="LineReader"/> that can say which line begins at an offset. It remembers the line ends that were read
/// and not yet passed, no more than the reader's buffer holds.
/// </summary>
internal sealed class LineNumbers(Stream source) : Stream
{
    private readonly Queue<long> _ends = [];
    private long _position;
    private long _passed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <summary>The number, from 1, of the line that begins at the offset; offsets must grow.</summary>
    public long At(long offset)
    {
        while (_ends.TryPeek(out var end) && end < offset)
        {
            _ends.Dequeue();
            _passed++;
        }

        return _passed + 1;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await source.ReadAsync(buffer, cancellationToken);
        Note(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = source.Read(buffer, offset, count);
        Note(buffer.AsSpan(offset, read));
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Note(ReadOnlySpan<byte> bytes)
    {
        for (var start = 0; start < bytes.Length;)
        {
            var end = bytes[start..].IndexOf((byte)'\n');
            if (end < 0)
            {
                break;
            }

            _ends.Enqueue(_position + start + end);
            start += end + 1;
        }

        _position += bytes.Length;
    }
}
