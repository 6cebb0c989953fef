using System.Buffers.Binary;
using System.Text;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Core.Staging;

/// <summary>
/// The decorated catalog of a connector, mapped: every item that is recommended anywhere in the run, rendered once. Sections:
/// <code>
/// 0  fields: bytes*, names by field code (configured order, or order of first sight)
/// 1  entries, sorted by (id hash, id): (u64 id hash, 16 bytes content hash, u64 offset in section 2, u32 length, u32 flags: 1 known)*
/// 2  items: bytes id, bytes fragment, varint values, (varint field code, varint offset in fragment, varint length)*
/// 3  codes: u32 dictionaries, (u64 first code)* one a dictionary, then (u32 index)*: code of a dictionary → index of the entry
/// </code>
/// The fragment is what stands in a record: <c>"name":"Tent","price":90.990,"itemId":"i-1"</c>, without braces.
/// User-keyed jobs have a dictionary a Load chunk; item-keyed ones have one, the table's.
/// </summary>
public sealed class Catalog
{
    public const int FieldsSection = 0;
    public const int EntriesSection = 1;
    public const int ItemsSection = 2;
    public const int CodesSection = 3;

    /// <summary>Bytes of an entry.</summary>
    public const int EntrySize = 40;

    /// <summary>Flag of an item that the metadata has, or of any item where the job has no metadata.</summary>
    public const uint KnownFlag = 1;

    // Of a long item the processor fetches the rest by itself, once it is being read.
    private const int MostPrefetched = 512;

    private readonly MappedFile _file;
    private readonly long _entries;
    private readonly long _items;
    private readonly long _codes;
    private readonly long[] _firstCodes;

    public Catalog(MappedFile file)
    {
        _file = file;
        var sections = new MappedSections(file);
        var fields = new List<string>();
        var reader = new ByteReader(sections.Whole(FieldsSection));
        while (!reader.AtEnd)
        {
            fields.Add(Encoding.UTF8.GetString(reader.ReadBytes()));
        }

        Fields = fields;
        (_entries, var length) = sections.Of(EntriesSection);
        Count = checked((int)(length / EntrySize));
        (_items, _) = sections.Of(ItemsSection);
        var (codes, codesLength) = sections.Of(CodesSection);
        var dictionaries = codesLength == 0 ? 0 : (int)BinaryPrimitives.ReadUInt32LittleEndian(file.Slice(codes, 4));
        _firstCodes = new long[dictionaries];
        for (var i = 0; i < dictionaries; i++)
        {
            _firstCodes[i] = (long)BinaryPrimitives.ReadUInt64LittleEndian(file.Slice(codes + 4 + (i * 8L), 8));
        }

        _codes = codes + 4 + (dictionaries * 8L);
    }

    /// <summary>Field names by code.</summary>
    public IReadOnlyList<string> Fields { get; }

    public int Count { get; }

    /// <summary>Index of the item that a dictionary's code means.</summary>
    public int Resolve(int dictionary, int code) =>
        (int)BinaryPrimitives.ReadUInt32LittleEndian(_file.Slice(_codes + ((_firstCodes[dictionary] + code) * 4), 4));

    /// <summary>Hash of the item's fragment: what a fingerprint is made of.</summary>
    public Fingerprint HashOf(int index) => Fingerprint.Read(Entry(index)[8..]);

    /// <summary>False for an item that the metadata lacks.</summary>
    public bool IsKnown(int index) => (BinaryPrimitives.ReadUInt32LittleEndian(Entry(index)[36..]) & KnownFlag) != 0;

    public CatalogItem Item(int index)
    {
        var (offset, length) = Place(index);
        return new(_file.Slice(offset, length));
    }

    /// <summary>
    /// Asks for the items of a list before they are read one by one. A catalog is larger than a processor's cache, so nearly every item is a wait for
    /// memory, and these waits were a third of the time of writing records.
    /// </summary>
    public void Prefetch(RecommendationBuffer list)
    {
        for (var i = 0; i < list.Count; i++)
        {
            var (offset, length) = Place(list.Item(i));
            _file.Prefetch(offset, Math.Min(length, MostPrefetched));
        }
    }

    private (long Offset, int Length) Place(int index)
    {
        var entry = Entry(index);
        var offset = (long)BinaryPrimitives.ReadUInt64LittleEndian(entry[24..]);
        var length = checked((int)BinaryPrimitives.ReadUInt32LittleEndian(entry[32..]));
        return (_items + offset, length);
    }

    private ReadOnlySpan<byte> Entry(int index) => _file.Slice(_entries + ((long)index * EntrySize), EntrySize);
}
