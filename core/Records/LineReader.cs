using System.Buffers;

namespace PersonalizeConnectors.Core.Records;

/// <summary>
/// Lines of a stream as spans, valid until the next call. Line ends are LF or CRLF, the last line may lack one; a byte order mark at the
/// start of the file and lines of white space alone are left out. Reads a file or one piece of it:
/// <code>
/// while (await lines.FillAsync(cancellationToken))
///     while (lines.TryRead(out var line)) …
/// </code>
/// </summary>
/// <param name="stream">Stands at <paramref name="offset"/>; stays the caller's.</param>
/// <param name="offset">Where in the file the stream stands.</param>
/// <param name="end">Lines that begin here or later are not read.</param>
/// <param name="inLine">True where the byte at <paramref name="offset"/> belongs to a line that began before, or ends it.</param>
/// <param name="maxLine">Bytes of the longest line that is handed out.</param>
/// <param name="bufferSize">Bytes to start with; grows to the longest line.</param>
public sealed class LineReader(
    Stream stream, long offset = 0, long end = long.MaxValue, bool inLine = false, int maxLine = LineReader.DefaultMaxLine, int bufferSize = 256 * 1024)
    : IDisposable
{
    /// <summary>16 MB: a hundred times the longest line to be expected, 500 ids of 256 characters with scores.</summary>
    public const int DefaultMaxLine = 16 * 1024 * 1024;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(bufferSize);
    private long _bufferOffset = offset;
    private int _start;
    private int _scanned;
    private int _filled;
    private bool _discarding = inLine;
    private bool _atEndOfStream;
    private bool _done;
    private bool _tooLong;

    /// <summary>Where the line begins in the file.</summary>
    public long LineOffset { get; private set; }

    /// <summary>The line is longer than the longest allowed, and its text was skipped.</summary>
    public bool LineIsTooLong { get; private set; }

    /// <summary>Reads on.</summary>
    /// <returns>False when there is nothing more.</returns>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_done)
        {
            return false;
        }

        MakeRoom();
        var read = await stream.ReadAsync(_buffer.AsMemory(_filled), cancellationToken);
        _filled += read;
        _atEndOfStream = read == 0;
        return true;
    }

    /// <returns>False when more must be filled in first.</returns>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        while (!_done)
        {
            var begin = _bufferOffset + _start;
            if (!_discarding && begin >= end)
            {
                break;
            }

            if (!TryTakeRaw(out line))
            {
                if (_done)
                {
                    break;
                }

                return false;
            }

            if (_discarding)
            {
                _discarding = false;
                if (!_tooLong)
                {
                    continue;
                }

                // LineOffset was kept when discarding began.
                _tooLong = false;
                LineIsTooLong = true;
                line = default;
                return true;
            }

            line = Trim(line, begin);
            if (line.IndexOfAnyExcept(" \t\r"u8) < 0)
            {
                continue;
            }

            LineOffset = begin;
            LineIsTooLong = line.Length > maxLine;
            line = LineIsTooLong ? default : line;
            return true;
        }

        _done = true;
        line = default;
        return false;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _done = true;
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> line, long begin)
    {
        if (begin == 0 && line.StartsWith(ByteOrderMark))
        {
            line = line[ByteOrderMark.Length..];
        }

        return line.EndsWith((byte)'\r') ? line[..^1] : line;
    }

    // Up to the next line feed; at the end of the stream, what is left.
    private bool TryTakeRaw(out ReadOnlySpan<byte> line)
    {
        var feed = _buffer.AsSpan(_scanned, _filled - _scanned).IndexOf((byte)'\n');
        if (feed >= 0)
        {
            line = _buffer.AsSpan(_start, _scanned + feed - _start);
            _start = _scanned = _scanned + feed + 1;
            return true;
        }

        _scanned = _filled;
        if (!_discarding && _filled - _start > maxLine + ByteOrderMark.Length + 1)
        {
            LineOffset = _bufferOffset + _start;
            _discarding = _tooLong = true;
        }

        line = _buffer.AsSpan(_start, _filled - _start);
        if (_discarding)
        {
            _start = _filled;
        }

        if (!_atEndOfStream)
        {
            // A line that began before the piece and reaches to its end: nothing begins in it.
            _done = _discarding && !_tooLong && _bufferOffset + _filled >= end;
            return false;
        }

        _start = _filled;
        _done = !_tooLong && (_discarding || line.IsEmpty);
        return !_done;
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _filled - _start).CopyTo(_buffer);
            _bufferOffset += _start;
            _scanned -= _start;
            _filled -= _start;
            _start = 0;
        }

        if (_filled == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, _filled).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
    }
}
