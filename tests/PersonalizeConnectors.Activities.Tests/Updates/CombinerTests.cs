using System.Globalization;
using System.Text;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.Updates;

namespace PersonalizeConnectors.Activities.Tests.Updates;

public sealed class CombinerTests
{
    private static readonly CombineRules Plain = new(Combine.Interleave, null, DropUnknown: true, 500, KeepScores: true);

    [Fact]
    public void Finish_Interleave_TakesTheFirstOfEachThenTheSecond() =>
        Assert.Equal("1/0 4/1 2/0 5/1 3/0", Run(Plain, [[1, 2, 3], [4, 5]]));

    [Fact]
    public void Finish_First_TakesTheFirstListAloneEvenAnEmptyOne()
    {
        Assert.Equal("1/0 2/0", Run(Plain with { Combine = Combine.First }, [[1, 2], [4, 5]]));
        Assert.Equal("", Run(Plain with { Combine = Combine.First }, [[], [4, 5]]));
    }

    [Fact]
    public void Finish_ItemAgain_IsLeftOutWhereItComesLater() =>
        Assert.Equal("1/0 2/1 3/0", Run(Plain, [[1, 1, 2, 3], [2, 1]]));

    [Fact]
    public void Finish_RanksAreThoseOfTheRawLists() =>
        // The second list's 9 stands at rank 2, though what is before it was left out.
        Assert.Equal("1/0 2/0 3/0 9/1", Run(Plain, [[1, 2, 3], [1, 1, 9]]));

    [Fact]
    public void Finish_ItemAgainWithAHigherScore_DoesNotComeBack() =>
        // Repetition is looked at before the score.
        Assert.Equal("2/0", Run(Plain with { MinScore = 0.5 }, [[1, 2], [1]], score: (list, rank) => (list, rank) == (0, 0) ? "0.1" : "0.9"));

    [Theory]
    [InlineData("0.5", true)]
    [InlineData("0.49", false)]
    [InlineData("5.0E-1", true)]
    [InlineData("4e-1", false)]
    [InlineData("", true)]
    public void Finish_MinScore_IsInclusiveAndPassesWithoutScore(string score, bool passes) =>
        Assert.Equal(passes ? "1/0" : "", Run(Plain with { MinScore = 0.5 }, [[1]], score: (_, _) => score));

    [Fact]
    public void Finish_UnknownItem_IsLeftOutBeforeTheLimitCounts() =>
        Assert.Equal("2/0 4/0", Run(Plain with { MaxRecommendations = 2 }, [[1, 2, 3, 4, 5, 6]], isKnown: i => i % 2 == 0));

    [Fact]
    public void Finish_UnknownItemKept_Stays() =>
        Assert.Equal("1/0 2/0", Run(Plain with { DropUnknown = false }, [[1, 2]], isKnown: _ => false));

    [Fact]
    public void Finish_UsedAgain_RemembersNothing()
    {
        using var combiner = new Combiner(Plain);
        using var result = new RecommendationBuffer();
        for (var turn = 0; turn < 3; turn++)
        {
            combiner.Clear();
            combiner.BeginList();
            combiner.Add(7, isKnown: true, "0.25"u8);
            combiner.Finish(result);
            Assert.Equal(1, result.Count);
            Assert.Equal("0.25", Encoding.UTF8.GetString(result.Score(0)));
        }
    }

    [Fact]
    public void Finish_RandomLists_EqualsTheSlowObviousOne()
    {
        var random = new Random(20261124);
        using var result = new RecommendationBuffer();
        for (var round = 0; round < 500; round++)
        {
            var rules = new CombineRules(
                (Combine)random.Next(2), random.Next(2) == 0 ? null : 0.5, random.Next(2) == 0, random.Next(0, 30), KeepScores: true);
            using var combiner = new Combiner(rules);
            for (var user = 0; user < 3; user++)
            {
                var lists = Enumerable.Range(0, random.Next(0, 6))
                    .Select(_ => Enumerable.Range(0, random.Next(0, random.Next(1, 200)))
                        .Select(_ => (Item: random.Next(60) * 1000, Score: random.Next(4) == 0 ? "" : random.NextDouble().ToString(CultureInfo.InvariantCulture)))
                        .ToList())
                    .ToList();
                combiner.Clear();
                foreach (var list in lists)
                {
                    combiner.BeginList();
                    list.ForEach(r => combiner.Add(r.Item, IsKnown(r.Item), Encoding.UTF8.GetBytes(r.Score)));
                }

                combiner.Finish(result);
                Assert.Equal(Slow(rules, lists), Describe(result));
            }
        }

        static bool IsKnown(int item) => item % 7000 != 0;

        static string Slow(CombineRules rules, List<List<(int Item, string Score)>> lists)
        {
            var chosen = rules.Combine == Combine.First ? lists.Take(1).ToList() : lists;
            return string.Join(' ', chosen
                .SelectMany((list, place) => list.Select((r, rank) => (r.Item, r.Score, Place: place, Rank: rank)))
                .OrderBy(r => r.Rank).ThenBy(r => r.Place)
                .DistinctBy(r => r.Item)
                .Where(r => rules.MinScore is null || r.Score.Length == 0 || double.Parse(r.Score, CultureInfo.InvariantCulture) >= rules.MinScore)
                .Where(r => !rules.DropUnknown || IsKnown(r.Item))
                .Take(rules.MaxRecommendations)
                .Select(r => $"{r.Item}/{r.Place}"));
        }
    }

    private static string Run(CombineRules rules, int[][] lists, Func<int, bool>? isKnown = null, Func<int, int, string>? score = null)
    {
        using var combiner = new Combiner(rules);
        using var result = new RecommendationBuffer();
        combiner.Clear();
        for (var list = 0; list < lists.Length; list++)
        {
            combiner.BeginList();
            for (var rank = 0; rank < lists[list].Length; rank++)
            {
                var item = lists[list][rank];
                combiner.Add(item, isKnown?.Invoke(item) ?? true, Encoding.UTF8.GetBytes(score?.Invoke(list, rank) ?? ""));
            }
        }

        combiner.Finish(result);
        return Describe(result);
    }

    private static string Describe(RecommendationBuffer list) =>
        string.Join(' ', Enumerable.Range(0, list.Count).Select(i => $"{list.Item(i)}/{list.QueryItem(i)}"));
}
