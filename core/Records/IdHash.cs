using System.IO.Hashing;

namespace PersonalizeConnectors.Core.Records;

/// <summary>The hash that orders and distributes ids everywhere: state files, shards, tables. Changing it makes every state foreign.</summary>
public static class IdHash
{
    /// <summary>XxHash3 of the id's UTF-8 bytes, seed 0.</summary>
    public static ulong Of(ReadOnlySpan<byte> id) => XxHash3.HashToUInt64(id);

    /// <summary>The shard of a hash: its top bits.</summary>
    /// <param name="shardBits">log2 of the number of shards; 0 to 16.</param>
    public static int Shard(ulong hash, int shardBits) => shardBits == 0 ? 0 : (int)(hash >> (64 - shardBits));
}
