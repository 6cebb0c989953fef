using System.Buffers.Binary;
using System.IO.Hashing;

namespace PersonalizeConnectors.Core.Records;

/// <summary>128 bits that stand for everything that goes into a user update or a rendered item.</summary>
public readonly record struct Fingerprint(ulong High, ulong Low)
{
    /// <summary>Equal to no update's: what the destination has is not known.</summary>
    public static readonly Fingerprint Unknown;

    /// <summary>Bytes of a written fingerprint.</summary>
    public const int Size = 16;

    public static Fingerprint Of(ReadOnlySpan<byte> content)
    {
        var hash = XxHash128.HashToUInt128(content);
        return new((ulong)(hash >> 64), (ulong)hash);
    }

    public static Fingerprint Read(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(source[8..]), BinaryPrimitives.ReadUInt64LittleEndian(source));

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination, Low);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], High);
    }
}
