using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Policies;

namespace PersonalizeConnectors.Workflows.Delivery;

/// <summary>Cuts a connector's updates, shard after shard, into ranges of equal size.</summary>
/// <param name="shardUpdates">Updates in each shard.</param>
/// <param name="size">Updates in a range; the last one holds the rest.</param>
public sealed class DeliveryRanges(IReadOnlyList<long> shardUpdates, long size)
{
    private readonly long[] _starts = Starts(shardUpdates);

    public int Count => (int)((_starts[^1] + size - 1) / size);

    /// <summary>The size that keeps the number of ranges within what a history holds.</summary>
    /// <param name="least">Updates a range should hold at least.</param>
    public static long Size(IReadOnlyList<long> shardUpdates, int least) =>
        Math.Max(least, (shardUpdates.Sum() + ActivityPolicies.MaxPerStep - 1) / ActivityPolicies.MaxPerStep);

    public UpdateRange Range(int number)
    {
        var from = number * size;
        var shard = 0;
        while (_starts[shard + 1] <= from)
        {
            shard++;
        }

        return new(number, shard, from - _starts[shard], Math.Min(size, _starts[^1] - from));
    }

    /// <summary>First and last range that hold updates of the shard; null where it has none.</summary>
    public (int? First, int? Last) Of(int shard) =>
        _starts[shard] == _starts[shard + 1]
            ? (null, null)
            : ((int)(_starts[shard] / size), (int)((_starts[shard + 1] - 1) / size));

    private static long[] Starts(IReadOnlyList<long> shardUpdates)
    {
        var starts = new long[shardUpdates.Count + 1];
        for (var i = 0; i < shardUpdates.Count; i++)
        {
            starts[i + 1] = starts[i] + shardUpdates[i];
        }

        return starts;
    }
}
