using System.IO.Hashing;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Core.Staging;

/// <summary>
/// The end of a sectioned staging object. Such an object is a row of blocks, each of one section; a section may have several blocks,
/// in the order written, so that a writer can empty its buffers whenever they are full. The index stands last:
/// <code>
/// block*                                      bytes of the sections
/// (u32 section, u64 offset, u64 length, u64 items, u64 xxh3 of the block)*
/// u32 entries, u32 magic "PCS1"
/// </code>
/// </summary>
public sealed class SectionIndex
{
    /// <summary>Bytes of one entry.</summary>
    public const int EntrySize = 36;

    /// <summary>Bytes of the trailer after the entries.</summary>
    public const int TrailerSize = 8;

    private const uint Magic = 0x31534350; // "PCS1"

    private readonly List<Block> _blocks = [];

    public IReadOnlyList<Block> Blocks => _blocks;

    /// <summary>Blocks of one section, in the order written.</summary>
    public IEnumerable<Block> Of(int section) => _blocks.Where(b => b.Section == section);

    /// <summary>Items of a section over all its blocks.</summary>
    public long ItemsOf(int section) => Of(section).Sum(b => b.Items);

    public long LengthOf(int section) => Of(section).Sum(b => b.Length);

    public void Add(int section, long offset, ReadOnlySpan<byte> block, long items) =>
        _blocks.Add(new(section, offset, block.Length, items, XxHash3.HashToUInt64(block)));

    /// <summary>For a block written in pieces, whose hash the writer kept.</summary>
    public void Add(Block block) => _blocks.Add(block);

    public void Write(ByteWriter target)
    {
        foreach (var block in _blocks)
        {
            target.WriteUInt32((uint)block.Section);
            target.WriteUInt64((ulong)block.Offset);
            target.WriteUInt64((ulong)block.Length);
            target.WriteUInt64((ulong)block.Items);
            target.WriteUInt64(block.Hash);
        }

        target.WriteUInt32((uint)_blocks.Count);
        target.WriteUInt32(Magic);
    }

    /// <summary>How many bytes at the end of the object the index takes, from its trailer.</summary>
    /// <exception cref="InvalidDataException">Not the trailer of a sectioned object.</exception>
    public static long SizeOf(ReadOnlySpan<byte> trailer)
    {
        var reader = new ByteReader(trailer);
        var entries = reader.ReadUInt32();
        return reader.ReadUInt32() == Magic
            ? ((long)entries * EntrySize) + TrailerSize
            : throw new InvalidDataException("The object does not end as a staging object does.");
    }

    /// <param name="index">The bytes that <see cref="SizeOf"/> counts.</param>
    public static SectionIndex Read(ReadOnlySpan<byte> index)
    {
        var result = new SectionIndex();
        var reader = new ByteReader(index[..^TrailerSize]);
        while (!reader.AtEnd)
        {
            result._blocks.Add(new(
                (int)reader.ReadUInt32(), (long)reader.ReadUInt64(), (long)reader.ReadUInt64(), (long)reader.ReadUInt64(), reader.ReadUInt64()));
        }

        return result;
    }

    /// <summary>Refuses bytes that are not those that were written.</summary>
    /// <exception cref="InvalidDataException">They differ.</exception>
    public static void Check(Block block, ReadOnlySpan<byte> bytes)
    {
        if (XxHash3.HashToUInt64(bytes) != block.Hash)
        {
            throw new InvalidDataException($"Section {block.Section} at byte {block.Offset} is damaged.");
        }
    }

    public readonly record struct Block(int Section, long Offset, long Length, long Items, ulong Hash);
}
