using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace PersonalizeConnectors.Local.Braze;

/// <summary>A request's body in a pooled buffer. What exceeds the limit is read and forgotten, so that the client hears the answer.</summary>
internal sealed class BodyReader : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
    private int _length;

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    public bool IsTooLarge { get; private set; }

    public async Task ReadAsync(HttpRequest request, int limit)
    {
        if (request.ContentLength is { } announced && announced <= limit && announced > _buffer.Length)
        {
            Grow((int)announced);
        }

        while (true)
        {
            if (_length == _buffer.Length)
            {
                Grow(_buffer.Length * 2);
            }

            var read = await request.Body.ReadAsync(_buffer.AsMemory(_length), request.HttpContext.RequestAborted);
            if (read == 0)
            {
                return;
            }

            _length += read;
            if (IsTooLarge || _length > limit)
            {
                IsTooLarge = true;
                _length = 0;
            }
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private void Grow(int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(size);
        Bytes.Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
