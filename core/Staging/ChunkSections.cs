using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Core.Staging;

/// <summary>
/// Sections of the object that a Load activity leaves (<c>load/&lt;chunk&gt;</c>).
/// The dictionary is a row of <c>bytes</c>, recommended item ids by code; a shard section is a row of <see cref="StagedLine"/>,
/// sharded by the hash of the query id, be it a user's or an item's.
/// </summary>
public static class ChunkSections
{
    /// <summary>Item ids, the first has code 0. The block's items count ids.</summary>
    public const int Dictionary = 0;

    /// <summary>A row of <see cref="ErrorLine"/>.</summary>
    public const int Errors = 1;

    private const int FirstShard = 2;

    public static int Shard(int shard) => FirstShard + shard;
}

/// <summary>
/// Sections of the object that a Join activity leaves (<c>join/&lt;chunk&gt;</c>). A shard section, sharded by the hash of the user id,
/// is a row of <see cref="MappingRow"/>.
/// </summary>
public static class MappingSections
{
    /// <summary>A bit per table entry, set where a row of this chunk names it; least significant bit first.</summary>
    public const int SeenItems = 0;

    private const int FirstShard = 2;

    public static int Shard(int shard) => FirstShard + shard;
}

/// <summary>An error line for SplitErrors: <c>varint file, varint offset, bytes message, bytes line</c>.</summary>
public readonly ref struct ErrorLine(int file, long offset, ReadOnlySpan<byte> message, ReadOnlySpan<byte> line)
{
    /// <summary>Index into the plan's batch files.</summary>
    public int File { get; } = file;

    /// <summary>Where the line begins in the file's uncompressed bytes.</summary>
    public long Offset { get; } = offset;

    /// <summary>UTF-8, at most 500 bytes of it.</summary>
    public ReadOnlySpan<byte> Message { get; } = message;

    /// <summary>The line as it stood, without its end; empty unless errors are saved.</summary>
    public ReadOnlySpan<byte> Line { get; } = line;

    public static ErrorLine Read(scoped ref ByteReader reader) =>
        new(reader.ReadCount(), (long)reader.ReadVarint(), reader.ReadBytes(), reader.ReadBytes());

    public void Write(ByteWriter target)
    {
        target.WriteVarint(File);
        target.WriteVarint(Offset);
        target.WriteBytes(Message);
        target.WriteBytes(Line);
    }
}

/// <summary>A row of the mapping, resolved: <c>bytes user id, varint position, varint item + 1</c>.</summary>
public readonly ref struct MappingRow(ReadOnlySpan<byte> userId, long position, int item)
{
    /// <summary>The query item is not in the table: it has no line, result or error.</summary>
    public const int NoItem = -1;

    public ReadOnlySpan<byte> UserId { get; } = userId;

    /// <summary>Grows within a chunk; chunks are in (object key, row) order.</summary>
    public long Position { get; } = position;

    /// <summary>Index into the table, or <see cref="NoItem"/>.</summary>
    public int Item { get; } = item;

    public static MappingRow Read(scoped ref ByteReader reader) => new(reader.ReadBytes(), (long)reader.ReadVarint(), reader.ReadCount() - 1);

    public void Write(ByteWriter target)
    {
        target.WriteBytes(UserId);
        target.WriteVarint(Position);
        target.WriteVarint(Item + 1);
    }
}
