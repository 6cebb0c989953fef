using System.IO.Hashing;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Core.State;

/// <summary>
/// What a state file says of itself: header, index and trailer around its blocks. Little-endian; described in <c>docs/state.md</c>.
/// <code>
/// header   u32 magic "PCST", u8 version, u8 shard bits, u16 0, u32 shard, u32 0
/// block*   rows of <see cref="StateRecord"/>, sorted by (id hash, id) over the whole file
/// index    (u64 offset, u32 length, u32 records, u64 first id hash, u64 xxh3 of the block)*
/// trailer  u64 users, u64 gone, u32 blocks, u64 checksum, u32 magic "PCSE"
/// </code>
/// The checksum is the xxh3 of the header, the index and the trailer up to it; since the index holds the blocks' hashes, it stands for
/// every byte of the file.
/// </summary>
public sealed class StateFileIndex
{
    /// <summary>The newest version this code reads, and the one it writes.</summary>
    public const byte Version = 1;

    public const int HeaderSize = 16;
    public const int TrailerSize = 32;
    public const int EntrySize = 32;

    /// <summary>A block is closed once it has so many bytes, so a reader holds this and one record.</summary>
    public const int BlockSize = 64 * 1024;

    private const uint HeaderMagic = 0x54534350; // "PCST"
    private const uint TrailerMagic = 0x45534350; // "PCSE"
    private const int ChecksumOffset = 20;

    private readonly List<StateBlock> _blocks = [];

    public int ShardBits { get; private init; }

    public int Shard { get; private init; }

    /// <summary>Users with a list: those not marked gone.</summary>
    public long Users { get; internal set; }

    /// <summary>Users marked gone.</summary>
    public long Gone { get; internal set; }

    public ulong Checksum { get; private set; }

    public IReadOnlyList<StateBlock> Blocks => _blocks;

    /// <summary>An index to be filled while a file is written.</summary>
    public static StateFileIndex For(int shardBits, int shard) => new() { ShardBits = shardBits, Shard = shard };

    /// <summary>How many bytes at the end of the file index and trailer take.</summary>
    /// <exception cref="InvalidDataException">Not the end of a state file.</exception>
    public static long TailSizeOf(ReadOnlySpan<byte> trailer)
    {
        if (trailer.Length != TrailerSize || new ByteReader(trailer[^4..]).ReadUInt32() != TrailerMagic)
        {
            throw new InvalidDataException("it does not end as a state file does: it was cut off, or is no state file");
        }

        return ((long)new ByteReader(trailer[16..]).ReadUInt32() * EntrySize) + TrailerSize;
    }

    /// <summary>Reads and checks all that is not a block.</summary>
    /// <param name="header">The first <see cref="HeaderSize"/> bytes, fewer where the file has no more.</param>
    /// <param name="tail">As many bytes of the end as <see cref="TailSizeOf"/> says.</param>
    /// <param name="size">Bytes of the whole file.</param>
    /// <exception cref="InvalidDataException">Damaged, foreign or newer; the message completes "the file is refused: …".</exception>
    public static StateFileIndex Read(ReadOnlySpan<byte> header, ReadOnlySpan<byte> tail, long size)
    {
        CheckHeader(header);
        var checksum = new ByteReader(tail[^(TrailerSize - ChecksumOffset)..]).ReadUInt64();
        if (checksum != Hash(header, tail[..^(TrailerSize - ChecksumOffset)]))
        {
            throw new InvalidDataException("its checksum does not match its content");
        }

        var trailer = new ByteReader(tail[^TrailerSize..]);
        var index = new StateFileIndex
        {
            ShardBits = header[5],
            Shard = (int)new ByteReader(header[8..]).ReadUInt32(),
            Users = (long)trailer.ReadUInt64(),
            Gone = (long)trailer.ReadUInt64(),
            Checksum = checksum,
        };
        index.ReadBlocks(tail[..^TrailerSize], size - tail.Length);
        return index;
    }

    public void WriteHeader(ByteWriter target)
    {
        target.WriteUInt32(HeaderMagic);
        target.WriteByte(Version);
        target.WriteByte((byte)ShardBits);
        target.WriteByte(0);
        target.WriteByte(0);
        target.WriteUInt32((uint)Shard);
        target.WriteUInt32(0);
    }

    /// <summary>Notes a block that was written.</summary>
    public void Add(long offset, ReadOnlySpan<byte> block, int records, ulong firstHash) =>
        _blocks.Add(new(offset, block.Length, records, firstHash, XxHash3.HashToUInt64(block)));

    /// <summary>Writes index and trailer, and fixes <see cref="Checksum"/>.</summary>
    public void WriteTail(ByteWriter target)
    {
        var start = target.Length;
        foreach (var block in _blocks)
        {
            target.WriteUInt64((ulong)block.Offset);
            target.WriteUInt32((uint)block.Length);
            target.WriteUInt32((uint)block.Records);
            target.WriteUInt64(block.FirstHash);
            target.WriteUInt64(block.Hash);
        }

        target.WriteUInt64((ulong)Users);
        target.WriteUInt64((ulong)Gone);
        target.WriteUInt32((uint)_blocks.Count);
        using var header = new ByteWriter(HeaderSize);
        WriteHeader(header);
        Checksum = Hash(header.Written, target.Written[start..]);
        target.WriteUInt64(Checksum);
        target.WriteUInt32(TrailerMagic);
    }

    /// <summary>The blocks that may hold users of a hash range, ends included: the first, and how many.</summary>
    public (int First, int Count) Find(ulong from, ulong to)
    {
        // Users of one hash may stand on both sides of a block's border: the block before the first one that begins at it counts too.
        var first = Math.Max(0, CountBelow(from) - 1);
        var end = to == ulong.MaxValue ? _blocks.Count : CountBelow(to + 1);
        return (first, Math.Max(0, end - first));
    }

    private static void CheckHeader(ReadOnlySpan<byte> header)
    {
        if (header.Length < HeaderSize || new ByteReader(header).ReadUInt32() != HeaderMagic)
        {
            throw new InvalidDataException("it does not begin as a state file does");
        }

        if (header[4] != Version)
        {
            throw new InvalidDataException($"it has format version {header[4]}, and this program reads version {Version}");
        }
    }

    private static ulong Hash(ReadOnlySpan<byte> header, ReadOnlySpan<byte> rest)
    {
        var hash = new XxHash3();
        hash.Append(header);
        hash.Append(rest);
        return hash.GetCurrentHashAsUInt64();
    }

    private void ReadBlocks(ReadOnlySpan<byte> entries, long end)
    {
        var reader = new ByteReader(entries);
        long offset = HeaderSize;
        while (!reader.AtEnd)
        {
            var block = new StateBlock(
                (long)reader.ReadUInt64(), (int)reader.ReadUInt32(), (int)reader.ReadUInt32(), reader.ReadUInt64(), reader.ReadUInt64());
            if (block.Offset != offset || block.Length <= 0)
            {
                throw new InvalidDataException($"its index has a gap at byte {offset}");
            }

            offset += block.Length;
            _blocks.Add(block);
        }

        if (offset != end)
        {
            throw new InvalidDataException($"its blocks end at byte {offset} and its index begins at byte {end}");
        }
    }

    private int CountBelow(ulong hash)
    {
        var low = 0;
        var high = _blocks.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_blocks[middle].FirstHash < hash)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}

/// <param name="Offset">From the start of the file.</param>
/// <param name="FirstHash">Id hash of its first user.</param>
/// <param name="Hash">xxh3 of its bytes.</param>
public readonly record struct StateBlock(long Offset, int Length, int Records, ulong FirstHash, ulong Hash)
{
    /// <exception cref="InvalidDataException">The bytes are not those that were written.</exception>
    public void Check(ReadOnlySpan<byte> bytes)
    {
        if (XxHash3.HashToUInt64(bytes) != Hash)
        {
            throw new InvalidDataException($"the block at byte {Offset} is damaged");
        }
    }
}
