using System.Buffers;
using System.Text;

namespace PersonalizeConnectors.Core.Records;

/// <summary>Characters that can be read again for a while.</summary>
/// <param name="content">Closed with the reader.</param>
/// <param name="keep">At least so many of the last ones.</param>
internal sealed class RewindReader(Stream content, Encoding encoding, int keep) : TextReader
{
    private const int BufferSize = 64 * 1024;

    private readonly StreamReader _source = new(content, encoding, detectEncodingFromByteOrderMarks: false, BufferSize);
    private char[] _buffer = ArrayPool<char>.Shared.Rent(keep * 2);
    private long _bufferStart;
    private int _next;
    private int _filled;

    /// <summary>Number of the next character, from 0.</summary>
    public long Position => _bufferStart + _next;

    /// <summary>The source has no more.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>Goes back to a character; where it is no longer kept, to the first that is.</summary>
    public void Rewind(long position) => _next = (int)Math.Clamp(position - _bufferStart, 0, _filled);

    /// <summary>Skips empty lines and the one after them.</summary>
    /// <returns>Lines skipped.</returns>
    public async Task<long> SkipLineAsync()
    {
        long lines = 0;
        var isEmpty = true;
        while (await FillAsync() > 0)
        {
            var character = _buffer[_next++];
            if (character is not ('\r' or '\n'))
            {
                isEmpty = false;
                continue;
            }

            if (character == '\r' && await FillAsync() > 0 && _buffer[_next] == '\n')
            {
                _next++;
            }

            lines++;
            if (!isEmpty)
            {
                return lines;
            }
        }

        return isEmpty ? lines : lines + 1;
    }

    public override async Task<int> ReadAsync(char[] buffer, int index, int count)
    {
        var available = Math.Min(await FillAsync(), count);
        _buffer.AsSpan(_next, available).CopyTo(buffer.AsSpan(index));
        _next += available;
        return available;
    }

    public override int Read(char[] buffer, int index, int count) => throw new NotSupportedException("Read asynchronously.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _source.Dispose();
            ArrayPool<char>.Shared.Return(Interlocked.Exchange(ref _buffer, []));
        }

        base.Dispose(disposing);
    }

    /// <returns>Characters that can be read now; 0 at the end.</returns>
    private async ValueTask<int> FillAsync()
    {
        if (_next < _filled)
        {
            return _filled - _next;
        }

        if (_filled > keep)
        {
            _buffer.AsSpan(_filled - keep, keep).CopyTo(_buffer);
            _bufferStart += _filled - keep;
            _next = _filled = keep;
        }

        var read = await _source.ReadAsync(_buffer.AsMemory(_filled, Math.Min(_buffer.Length - _filled, keep / 4)));
        IsAtEnd = read == 0;
        _filled += read;
        return read;
    }
}
