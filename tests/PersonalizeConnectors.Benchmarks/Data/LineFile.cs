using System.Globalization;
using System.Text;

namespace PersonalizeConnectors.Benchmarks.Data;

/// <summary>Writes lines of ASCII text to a file through one large buffer.</summary>
internal sealed class LineFile(string path) : IDisposable
{
    private const int FlushAt = 1024 * 1024;

    private readonly FileStream _file = new(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
    private byte[] _buffer = new byte[FlushAt * 2];
    private int _length;

    public long Bytes { get; private set; }

    /// <summary>Space for <paramref name="bytes"/> bytes; <see cref="Advance"/> says how many were used.</summary>
    public Span<byte> Space(int bytes)
    {
        if (_buffer.Length - _length < bytes)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + bytes));
        }

        return _buffer.AsSpan(_length, bytes);
    }

    public void Advance(int bytes) => _length += bytes;

    public void Write(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Space(text.Length));
        Advance(text.Length);
    }

    public void Write(string text) => Advance(Encoding.ASCII.GetBytes(text, Space(text.Length)));

    public void Write(double value, string format)
    {
        value.TryFormat(Space(32), out var written, format, CultureInfo.InvariantCulture);
        Advance(written);
    }

    public void Write(long value)
    {
        value.TryFormat(Space(32), out var written, default, CultureInfo.InvariantCulture);
        Advance(written);
    }

    public void EndLine()
    {
        Write("\n"u8);
        if (_length >= FlushAt)
        {
            Flush();
        }
    }

    public void Dispose()
    {
        Flush();
        _file.Dispose();
    }

    private void Flush()
    {
        if (_length == 0)
        {
            return;
        }

        _file.Write(_buffer, 0, _length);
        Bytes += _length;
        _length = 0;
    }
}
