using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace PersonalizeConnectors.Core.Records;

/// <summary>Reads what <see cref="ByteWriter"/> wrote; everything is checked against the end.</summary>
public ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    public readonly bool AtEnd => Position >= _bytes.Length;

    public readonly int Remaining => _bytes.Length - Position;

    public byte ReadByte() => ReadRaw(1)[0];

    public ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = ReadByte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        return ThrowDamaged<ulong>("a number that never ends");
    }

    /// <summary>A varint that fits a non-negative int.</summary>
    public int ReadCount()
    {
        var value = ReadVarint();
        return value <= int.MaxValue ? (int)value : ThrowDamaged<int>("a count that is too large");
    }

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(ReadRaw(4));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(ReadRaw(8));

    public Fingerprint ReadFingerprint() => Fingerprint.Read(ReadRaw(Fingerprint.Size));

    public ReadOnlySpan<byte> ReadRaw(int length)
    {
        if ((uint)length > (uint)Remaining)
        {
            return ThrowDamaged<byte[]>("fewer bytes than it announces");
        }

        var slice = _bytes.Slice(Position, length);
        Position += length;
        return slice;
    }

    /// <summary>A varint length, then the bytes.</summary>
    public ReadOnlySpan<byte> ReadBytes() => ReadRaw(ReadCount());

    [DoesNotReturn]
    private readonly T ThrowDamaged<T>(string found) =>
        throw new InvalidDataException($"At byte {Position} of {_bytes.Length}: {found}.");
}
