namespace PersonalizeConnectors.Activities.Storage.S3;

/// <summary>Reads pieces one behind the other; the SDK goes back to the start to sign, to sum and to try again.</summary>
internal sealed class PartStream(IReadOnlyList<byte[]> pieces, long length) : Stream
{
    private int _piece;
    private int _offset;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get => _position; set => Seek(value, SeekOrigin.Begin); }

    public override int Read(Span<byte> buffer)
    {
        var taken = 0;
        while (taken < buffer.Length && _position < length)
        {
            if (_offset == pieces[_piece].Length)
            {
                _piece++;
                _offset = 0;
            }

            var count = (int)Math.Min(Math.Min(buffer.Length - taken, pieces[_piece].Length - _offset), length - _position);
            pieces[_piece].AsSpan(_offset, count).CopyTo(buffer[taken..]);
            taken += count;
            _offset += count;
            _position += count;
        }

        return taken;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override long Seek(long offset, SeekOrigin origin)
    {
        var target = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            _ => length + offset,
        };
        ArgumentOutOfRangeException.ThrowIfNegative(target, nameof(offset));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(target, length, nameof(offset));
        (_piece, _position) = (0, target);
        while (_piece < pieces.Count - 1 && target >= pieces[_piece].Length)
        {
            target -= pieces[_piece++].Length;
        }

        _offset = (int)target;
        return _position;
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
