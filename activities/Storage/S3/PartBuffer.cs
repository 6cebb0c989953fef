using System.Buffers;

namespace PersonalizeConnectors.Activities.Storage.S3;

/// <summary>Bytes of one part, in rented pieces: a small object takes one small piece, and no part is ever copied to grow.</summary>
internal sealed class PartBuffer : IDisposable
{
    private const int FirstPiece = 64 * 1024;
    private const int Piece = 1024 * 1024;

    private readonly List<byte[]> _pieces = [];
    private int _usedOfLast;

    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_pieces.Count == 0 || _usedOfLast == _pieces[^1].Length)
            {
                _pieces.Add(ArrayPool<byte>.Shared.Rent(_pieces.Count == 0 ? FirstPiece : Piece));
                _usedOfLast = 0;
            }

            var taken = Math.Min(bytes.Length, _pieces[^1].Length - _usedOfLast);
            bytes[..taken].CopyTo(_pieces[^1].AsSpan(_usedOfLast));
            _usedOfLast += taken;
            Length += taken;
            bytes = bytes[taken..];
        }
    }

    /// <summary>A stream of everything appended so far, which can be read again; valid until this is disposed.</summary>
    public Stream OpenRead() => new PartStream(_pieces, Length);

    public void Dispose()
    {
        _pieces.ForEach(piece => ArrayPool<byte>.Shared.Return(piece));
        _pieces.Clear();
        Length = 0;
    }
}
