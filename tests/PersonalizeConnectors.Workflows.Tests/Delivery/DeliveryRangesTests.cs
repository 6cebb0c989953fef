using CsCheck;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Delivery;
using PersonalizeConnectors.Workflows.Policies;

namespace PersonalizeConnectors.Workflows.Tests.Delivery;

public sealed class DeliveryRangesTests
{
    // Mostly small shards, many of them empty; now and then a large one.
    private static readonly Gen<(long[] Shards, int Least)> Updates = Gen.Select(
        Gen.Frequency((4, Gen.Long[0, 5]), (2, Gen.Const(0L)), (1, Gen.Long[0, 3000])).Array[1, 64], Gen.Int[1, 400]);

    [Fact]
    public void Range_AnyShards_HoldsEveryUpdateOnceInOrder() => Updates.Sample(given =>
    {
        var ranges = Cut(given.Shards, given.Least);
        var expected = given.Shards.SelectMany((count, shard) => Enumerable.Range(0, (int)count).Select(i => (shard, (long)i)));

        Assert.Equal(expected, Enumerable.Range(0, ranges.Count).SelectMany(n => Walk(given.Shards, ranges.Range(n))));
    });

    [Fact]
    public void Of_AnyShard_NamesTheRangesThatHoldItsUpdates() => Updates.Sample(given =>
    {
        var ranges = Cut(given.Shards, given.Least);
        for (var shard = 0; shard < given.Shards.Length; shard++)
        {
            var holding = Enumerable.Range(0, ranges.Count).Where(n => Walk(given.Shards, ranges.Range(n)).Any(u => u.Shard == shard)).ToList();

            Assert.Equal(holding.Count == 0 ? (null, null) : ((int?)holding[0], (int?)holding[^1]), ranges.Of(shard));
        }
    });

    [Fact]
    public void Count_AnyUpdates_IsWithinAHistoryAndNoRangeIsSmallButTheLast() =>
        Gen.Select(Gen.Long[0, 1L << 40].Array[1, 256], Gen.Int[1, 1_000_000]).Sample((shards, least) =>
        {
            var ranges = Cut(shards, least);

            Assert.InRange(ranges.Count, 0, ActivityPolicies.MaxPerStep);
            Assert.All(Enumerable.Range(0, Math.Max(0, ranges.Count - 1)), n => Assert.True(ranges.Range(n).Count >= least));
            Assert.Equal(shards.Sum(), Enumerable.Range(0, ranges.Count).Sum(n => ranges.Range(n).Count));
        });

    [Fact]
    public void Count_NoUpdates_IsZero()
    {
        var ranges = Cut([0, 0, 0], 100);

        Assert.Equal(0, ranges.Count);
        Assert.Equal((null, null), ranges.Of(1));
    }

    private static DeliveryRanges Cut(long[] shards, int least) => new(shards, DeliveryRanges.Size(shards, least));

    // Slow and obvious: update after update, over the end of a shard into the next that has one.
    private static IEnumerable<(int Shard, long Update)> Walk(long[] shards, UpdateRange range)
    {
        var (shard, update) = (range.FirstShard, range.Skip);
        for (var left = range.Count; left > 0; left--)
        {
            while (update == shards[shard])
            {
                (shard, update) = (shard + 1, 0);
            }

            yield return (shard, update++);
        }
    }
}
