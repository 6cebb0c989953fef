using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Core.State;

/// <summary>
/// One user in a block of a state file: <c>bytes id, 16 fingerprint, varint day × 2 + gone</c>. The id's hash is not stored:
/// computing it again (7 ns) costs less than reading eight more bytes a user.
/// </summary>
public static class StateRecord
{
    public static void Write(ByteWriter target, in StateEntry entry)
    {
        target.WriteBytes(entry.UserId.Span);
        target.WriteFingerprint(entry.Fingerprint);
        target.WriteVarint(((ulong)checked((uint)entry.Day) << 1) | (entry.IsGone ? 1UL : 0UL));
    }

    /// <summary>Reads the record that begins at <paramref name="position"/>, and moves behind it.</summary>
    /// <exception cref="InvalidDataException">No record stands there.</exception>
    public static StateEntry Read(ReadOnlyMemory<byte> block, ref int position)
    {
        var reader = new ByteReader(block.Span[position..]);
        var length = reader.ReadBytes().Length;
        var id = block.Slice(position + reader.Position - length, length);
        var fingerprint = reader.ReadFingerprint();
        var dayAndGone = reader.ReadVarint();
        if (dayAndGone >> 1 > int.MaxValue)
        {
            throw new InvalidDataException($"At byte {position} of a block: a day that is out of range.");
        }

        position += reader.Position;
        return new(IdHash.Of(id.Span), id, fingerprint, (int)(dayAndGone >> 1), (dayAndGone & 1) != 0);
    }
}
