using System.Numerics;

namespace PersonalizeConnectors.Activities.Plan;

/// <summary>How many shards a run has: enough that one fits in memory many times over, few enough for a history.</summary>
internal static class ShardPlanner
{
    // 32 MB of batch output are about 25,000 users and 2 MB staged; 16 MB of mapping are about 400,000 rows, staged as they are.
    private const long BatchBytesPerShard = 32L << 20;
    private const long MappingBytesPerShard = 16L << 20;

    // Delta, Write and CommitState run once a shard and connector: 256 shards with one connector, 32 with eight, keep the events even.
    private const int MostShardsOverConnectors = 256;

    /// <returns>log2 of the number of shards.</returns>
    public static int Bits(long batchBytes, long mappingBytes, int connectors)
    {
        var wanted = Math.Max(batchBytes / BatchBytesPerShard, mappingBytes / MappingBytesPerShard) + 1;
        var most = Math.Max(1, MostShardsOverConnectors / connectors);
        return Math.Min(BitOperations.Log2((ulong)wanted * 2 - 1), BitOperations.Log2((uint)most));
    }
}
