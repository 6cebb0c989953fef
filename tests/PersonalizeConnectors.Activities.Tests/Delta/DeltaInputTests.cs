using PersonalizeConnectors.Activities.Tests.Updates;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.Delta;

/// <summary>How lines and mapping rows become a user's list.</summary>
public sealed class DeltaInputTests : IDisposable
{
    private static readonly string[] Items = [.. Enumerable.Range(0, 30).Select(i => $"i{i}")];

    private readonly TestRun _run = new();
    private readonly TestRun _itemKeyed = new() { ItemKeyed = true };

    public void Dispose()
    {
        _run.Dispose();
        _itemKeyed.Dispose();
    }

    [Fact]
    public async Task Run_DuplicateLines_LastChunkThenLastPositionWins()
    {
        await _run.AddChunkAsync(new TestLine("u", ["a"]), new TestLine("u", ["b"]), TestLine.Error("v"));
        await _run.AddChunkAsync(new TestLine("u", ["c"]), TestLine.Error("u"), new TestLine("u", ["d", "e"], Theme: "\"T\""), new TestLine("v", ["x"]));
        var result = await _run.DeltaAsync();
        Assert.Equal(3, result.DuplicateLines);
        Assert.Equal(new UserCounts(Total: 2, New: 2), result.Users);
        var update = (await _run.UpdatesAsync()).Single(u => u.User == "u");
        Assert.Equal(["d", "e"], update.Items);
        Assert.Equal("\"T\"", update.Theme);
    }

    [Fact]
    public async Task Run_ResultThenError_TheLaterErrorCounts()
    {
        await _run.AddChunkAsync(new TestLine("u", ["a"]), TestLine.Error("u"));
        var result = await _run.DeltaAsync();
        Assert.Equal(new UserCounts(), result.Users);
        Assert.Equal(1, result.DuplicateLines);
    }

    [Fact]
    public async Task Run_Filters_ShowInTheUpdate()
    {
        _run.Settings = _run.Settings with { MinScore = 0.2, MaxRecommendations = 2, IncludeScores = true };
        await _run.AddChunkAsync(new TestLine("u", ["a", "a", "b", "c", "d"], ["0.9", "0.8", "0.1", "", "2E-1"]));
        await _run.DeltaAsync();
        var update = Assert.Single(await _run.UpdatesAsync());
        Assert.Equal(["a", "c"], update.Items);
        Assert.Equal(["0.9", ""], update.Scores);
    }

    [Theory]
    [InlineData(null, 500)]
    [InlineData(3, 3)]
    public async Task Run_LongList_EndsAtTheLimit(int? max, int expected)
    {
        _run.Settings = _run.Settings with { MaxRecommendations = max };
        await _run.AddChunkAsync(new TestLine("u", [.. Enumerable.Range(0, 700).Select(i => $"i{i}")]));
        await _run.DeltaAsync();
        Assert.Equal(Enumerable.Range(0, expected).Select(i => $"i{i}"), Assert.Single(await _run.UpdatesAsync()).Items);
    }

    [Theory]
    [InlineData(Combine.Interleave, "a1 b1 shared a2 b2", "qa qb qa qa qb")]
    [InlineData(Combine.First, "a1 shared a2", "qa qa qa")]
    public async Task Run_SeveralQueryItems_CombineInMappingOrder(Combine combine, string items, string queryItems)
    {
        _itemKeyed.Settings = _itemKeyed.Settings with { Combine = combine, IncludeQueryItems = true };
        await _itemKeyed.WriteTableAsync(
            new TestLine("qa", ["a1", "shared", "a2"]), new TestLine("qb", ["b1", "shared", "b2"]), TestLine.Error("qe"));
        await _itemKeyed.AddMappingAsync(("u", "nowhere"), ("u", "qe"), ("u", "qa"));
        await _itemKeyed.AddMappingAsync(("u", "qb"), ("u", "qa"));
        await _itemKeyed.DeltaAsync();
        var update = Assert.Single(await _itemKeyed.UpdatesAsync());
        Assert.Equal(items.Split(' '), update.Items);
        Assert.Equal(queryItems.Split(' '), update.QueryItems);
    }

    [Fact]
    public async Task Run_FirstResultIsEmpty_FirstTakesIt()
    {
        _itemKeyed.Settings = _itemKeyed.Settings with { Combine = Combine.First };
        await _itemKeyed.WriteTableAsync(new TestLine("q1", []), new TestLine("q2", ["a"]));
        await _itemKeyed.AddMappingAsync(("u", "q1"), ("u", "q2"));
        Assert.Equal(new UserCounts(), (await _itemKeyed.DeltaAsync()).Users);
    }

    [Fact]
    public async Task Run_ItemKeyed_CountsUsersAndItemsWithoutMatch()
    {
        await _itemKeyed.WriteTableAsync(
            new TestLine("q1", ["a"]), new TestLine("q2", []), TestLine.Error("q3"), new TestLine("q4", ["a"]), new TestLine("q5", []), TestLine.Error("q6"));
        await _itemKeyed.AddMappingAsync(("u1", "q1"), ("u1", "q1"), ("u2", "q2"), ("u3", "q3"));
        await _itemKeyed.AddMappingAsync(("u4", "nowhere"), ("u1", "nowhere"));
        _itemKeyed.State.Set("u3", default);
        _itemKeyed.State.Set("u4", default);
        var result = await _itemKeyed.DeltaAsync();
        Assert.Equal(4, result.MappedUsers);
        Assert.Equal(2, result.UsersWithoutRecommendations);
        Assert.Equal(2, result.ItemsWithoutUsers);
        // u3 has errors alone and stays; u4 has no line at all and goes.
        Assert.Equal(new UserCounts(Total: 2, New: 1, Unchanged: 1, Removed: 1), result.Users);
    }

    [Fact]
    public async Task Run_EmptyResultsAndErrors_AreRemoved()
    {
        await _itemKeyed.WriteTableAsync(new TestLine("q1", []), TestLine.Error("q2"));
        await _itemKeyed.AddMappingAsync(("u", "q1"), ("u", "q2"));
        _itemKeyed.State.Set("u", default);
        Assert.Equal(new UserCounts(Removed: 1), (await _itemKeyed.DeltaAsync()).Users);
    }

    [Fact]
    public async Task Run_ItemsWithoutUsers_AreCountedByShardZeroAlone()
    {
        using var run = new TestRun { ItemKeyed = true, ShardBits = 1 };
        await run.WriteTableAsync(new TestLine("q1", ["a"]));
        await run.AddMappingAsync();
        Assert.Equal(1, (await run.DeltaAsync(0)).ItemsWithoutUsers);
        Assert.Equal(0, (await run.DeltaAsync(1)).ItemsWithoutUsers);
    }

    [Fact]
    public async Task Run_ManyUsersInAnyOrder_EqualsTheSlowObviousOne()
    {
        var random = new Random(77);
        var queries = Enumerable.Range(0, 40)
            .Select(i => random.Next(5) == 0 ? TestLine.Error($"q{i}") : new TestLine($"q{i}", random.GetItems(Items, random.Next(0, 12))))
            .ToArray();
        await _itemKeyed.WriteTableAsync(queries);
        var rows = Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, 500).Select(_ => ($"u{random.Next(300)}", $"q{random.Next(50)}")).ToArray()).ToArray();
        foreach (var chunk in rows)
        {
            await _itemKeyed.AddMappingAsync(chunk);
        }

        await _itemKeyed.DeltaAsync();
        var expected = rows.SelectMany(c => c).Distinct().GroupBy(r => r.Item1).ToDictionary(
            g => g.Key,
            g => string.Join(' ', g.Select(r => queries.FirstOrDefault(q => q.Query == r.Item2)?.Items).OfType<string[]>()
                .SelectMany((list, place) => list.Select((item, rank) => (item, rank, place)))
                .OrderBy(r => r.rank).ThenBy(r => r.place).Select(r => r.item).Distinct()));
        Assert.Equal(
            expected.Where(e => e.Value.Length > 0).OrderBy(e => IdHash.Of(System.Text.Encoding.UTF8.GetBytes(e.Key))),
            (await _itemKeyed.UpdatesAsync()).Select(u => KeyValuePair.Create(u.User, string.Join(' ', u.Items))));
    }
}
