using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Updates;

namespace PersonalizeConnectors.Activities.Validate;

/// <summary>Lists of recommendations in scratch: <c>varint bytes, (varint item code, u8 length, score)*</c>, each found by where it begins.</summary>
internal sealed class ListFile(Func<FileStream> createFile) : IDisposable
{
    /// <summary>The place of no list.</summary>
    public const long None = -1;

    private const int FlushAt = 256 * 1024;

    // Most lists come with the first read.
    private const int FirstRead = 2048;

    private readonly ByteWriter _pending = new(FlushAt + (64 * 1024));
    private readonly ByteWriter _list = new();
    private byte[] _read = new byte[FirstRead];
    private FileStream? _file;
    private long _written;

    /// <returns>The list's place.</returns>
    public long Add(BatchLine line, ReadOnlySpan<int> items)
    {
        _list.Clear();
        for (var rank = 0; rank < items.Length; rank++)
        {
            var score = line.Score(rank);
            _list.WriteVarint(items[rank]);
            _list.WriteVarint(score.Length);
            _list.WriteRaw(score);
        }

        var place = _written + _pending.Length;
        _pending.WriteBytes(_list.Written);
        if (_pending.Length >= FlushAt)
        {
            Flush();
        }

        return place;
    }

    /// <summary>Lists can be read now.</summary>
    public void EndWriting()
    {
        Flush();
        _file!.Flush();
    }

    /// <summary>Gives a list to the combiner.</summary>
    public void AddTo(Combiner combiner, long place, ItemFields? table)
    {
        var filled = RandomAccess.Read(_file!.SafeFileHandle, _read, place);
        var head = new ByteReader(_read.AsSpan(0, filled));
        var length = head.ReadCount();
        var end = head.Position + length;
        if (end > _read.Length)
        {
            Array.Resize(ref _read, Math.Max(end, _read.Length * 2));
        }

        for (; filled < end; filled += ReadOn(place + filled, _read.AsSpan(filled)))
        {
        }

        var reader = new ByteReader(_read.AsSpan(head.Position, length));
        combiner.BeginList();
        while (!reader.AtEnd)
        {
            var item = reader.ReadCount();
            combiner.Add(item, table?.IsKnown(item) != false, reader.ReadBytes());
        }
    }

    public void Dispose()
    {
        _pending.Dispose();
        _list.Dispose();
        _file?.Dispose();
    }

    private int ReadOn(long place, Span<byte> target) => RandomAccess.Read(_file!.SafeFileHandle, target, place) is var read and > 0
        ? read
        : throw new InvalidDataException("A scratch file of lists is shorter than what was written to it.");

    private void Flush()
    {
        _file ??= createFile();
        _file.Write(_pending.Written);
        _written += _pending.Length;
        _pending.Clear();
    }
}
