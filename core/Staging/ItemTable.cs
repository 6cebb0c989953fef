using System.Buffers.Binary;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Core.Staging;

/// <summary>
/// The table of an item-keyed job, mapped: query item → its line. Sections:
/// <code>
/// 0  dictionary: bytes*, recommended item ids by code
/// 1  entries, sorted by (hash, id): (u64 id hash, u64 offset in section 2)*
/// 2  StagedLine*, position 0
/// </code>
/// </summary>
public sealed class ItemTable
{
    public const int DictionarySection = 0;
    public const int EntriesSection = 1;
    public const int LinesSection = 2;

    /// <summary>Bytes of an entry.</summary>
    public const int EntrySize = 16;

    private readonly MappedFile _file;
    private readonly long _entries;
    private readonly long _lines;
    private readonly long _linesLength;

    public ItemTable(MappedFile file)
    {
        _file = file;
        var sections = new MappedSections(file);
        (_entries, var length) = sections.Of(EntriesSection);
        (_lines, _linesLength) = sections.Of(LinesSection);
        Count = checked((int)(length / EntrySize));
    }

    public int Count { get; }

    /// <summary>Index of the query item, or -1.</summary>
    public int Find(ReadOnlySpan<byte> id)
    {
        var hash = IdHash.Of(id);
        int low = 0, high = Count;
        while (low < high)
        {
            var middle = (int)(((uint)low + (uint)high) >> 1);
            if (HashOf(middle) < hash)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        for (; low < Count && HashOf(low) == hash; low++)
        {
            if (Line(low).QueryId.SequenceEqual(id))
            {
                return low;
            }
        }

        return -1;
    }

    public StagedLine Line(int index)
    {
        var start = (long)BinaryPrimitives.ReadUInt64LittleEndian(Entry(index)[8..]);
        var end = index + 1 < Count ? (long)BinaryPrimitives.ReadUInt64LittleEndian(Entry(index + 1)[8..]) : _linesLength;
        var reader = new ByteReader(_file.Slice(_lines + start, checked((int)(end - start))));
        return StagedLine.Read(ref reader);
    }

    private ulong HashOf(int index) => BinaryPrimitives.ReadUInt64LittleEndian(Entry(index));

    private ReadOnlySpan<byte> Entry(int index) => _file.Slice(_entries + ((long)index * EntrySize), EntrySize);
}
