using System.Buffers;
using System.Text;

namespace PersonalizeConnectors.Activities.Validate;

/// <summary>Reads lines of bytes from a stream, each without its end; a byte order mark is skipped. Memory is bounded by the longest line allowed.</summary>
internal sealed class LineReader(Stream stream, int longestLine = LineReader.LongestLine) : IDisposable
{
    /// <summary>More than any line of Personalize or of item metadata: 100 columns of 20,000 characters.</summary>
    public const int LongestLine = 16 * 1024 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>Number of the current line, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The current line; valid until the next read. Cut where <see cref="IsTooLong"/>.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    public bool IsTooLong { get; private set; }

    /// <summary>Moves to the next line; false at the end.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        IsTooLong = false;
        var searched = 0;
        while (true)
        {
            var found = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                Take(searched + found, skip: 1);
                return true;
            }

            if (_ended)
            {
                if (_start == _end && !IsTooLong)
                {
                    return false;
                }

                Take(_end - _start, skip: 0);
                return true;
            }

            searched = _end - _start;
            if (searched > longestLine)
            {
                IsTooLong = true;
                _start = _end = searched = 0; // The rest of the line is only looked through for its end.
            }

            await FillAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            Buffer.BlockCopy(_buffer, 0, larger, 0, _end);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _ended = read == 0;
        _end += read;
    }

    private void Take(int length, int skip)
    {
        var line = _buffer.AsMemory(_start, length);
        _start += length + skip;
        Number++;
        if (Number == 1 && line.Span.StartsWith(Encoding.UTF8.Preamble))
        {
            line = line[Encoding.UTF8.Preamble.Length..];
        }

        Line = line.Span.EndsWith("\r"u8) ? line[..^1] : line;
    }
}
