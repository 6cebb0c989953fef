using PersonalizeConnectors.Activities.Tests.Updates;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.Delta;

/// <summary>What becomes of users, given what the destination accepted before; on a user-keyed job.</summary>
public sealed class DeltaStateTests : IDisposable
{
    private static readonly Fingerprint Other = new(1, 2);

    private readonly TestRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Run_EmptyState_SetsEveryUserInHashOrder()
    {
        await _run.AddChunkAsync([.. Enumerable.Range(0, 2500).Select(i => new TestLine($"u{i}", ["a", "b"]))]);
        var result = await _run.DeltaAsync();
        var updates = await _run.UpdatesAsync();
        Assert.Equal(new UserCounts(Total: 2500, New: 2500), result.Users);
        Assert.Equal(2500, result.Updates);
        Assert.Equal(0, result.StateUsers);
        Assert.All(updates, u => Assert.Equal(UpdateOperation.Set, u.Operation));
        Assert.Equal(updates.OrderBy(u => IdHash.Of(System.Text.Encoding.UTF8.GetBytes(u.User))), updates);
        Assert.True(result.Bytes is { In: > 0, Out: > 0 });
    }

    [Fact]
    public async Task Run_NewChangedUnchangedRemoved_AreTold()
    {
        await _run.AddChunkAsync(new TestLine("same", ["a", "b"]), new TestLine("changed", ["a", "b"]), new TestLine("gone", ["a"]));
        await _run.AcceptAsync();
        await _run.AddChunkAsync(new TestLine("same", ["a", "b"]), new TestLine("changed", ["b", "a"]), new TestLine("new", ["a"]));
        var result = await _run.DeltaAsync();
        Assert.Equal(new UserCounts(Total: 3, New: 1, Changed: 1, Unchanged: 1, Removed: 1), result.Users);
        Assert.Equal(3, result.StateUsers);
        Assert.Equal(
            [("changed", UpdateOperation.Set), ("gone", UpdateOperation.Gone), ("new", UpdateOperation.Set)], await OperationsAsync());
    }

    [Fact]
    public async Task Run_OnlyErrors_LeavesTheUserAlone()
    {
        await _run.AddChunkAsync(new TestLine("known", ["a"]));
        await _run.AcceptAsync();
        _run.State.Set("back", Other, isGone: true);
        await _run.AddChunkAsync(TestLine.Error("known"), TestLine.Error("stranger"), TestLine.Error("back"));
        var result = await _run.DeltaAsync();
        Assert.Equal(new UserCounts(Total: 1, Unchanged: 1), result.Users);
        Assert.Equal(0, result.Updates);
    }

    [Theory]
    [InlineData(OnRemoved.Keep, false, UpdateOperation.Gone)]
    [InlineData(OnRemoved.Clear, false, UpdateOperation.Clear)]
    [InlineData(OnRemoved.Keep, true, null)]
    [InlineData(OnRemoved.Clear, true, UpdateOperation.Clear)]
    public async Task Run_UserWithoutAList_IsRemovedOnce(OnRemoved onRemoved, bool wasGone, UpdateOperation? expected)
    {
        _run.Settings = _run.Settings with { OnRemoved = onRemoved };
        _run.State.Set("absent", Other, isGone: wasGone);
        _run.State.Set("empty", Other, isGone: wasGone);
        await _run.AddChunkAsync(new TestLine("empty", []), new TestLine("stranger", []));
        var result = await _run.DeltaAsync();
        Assert.Equal(new UserCounts(Removed: expected is null ? 0 : 2), result.Users);
        Assert.Equal(wasGone ? 0 : 2, result.StateUsers);
        Assert.Equal(expected is { } o ? [("absent", o), ("empty", o)] : [], await OperationsAsync());
        Assert.All(await _run.UpdatesAsync(), u => Assert.Equal(Other, u.Fingerprint));
    }

    [Fact]
    public async Task Run_ListEmptyAfterFiltering_IsRemoved()
    {
        await _run.AddMetadataAsync("a.json", """{"id":"a"}""");
        _run.State.Set("u", Other);
        await _run.AddChunkAsync(new TestLine("u", ["unknown"]));
        Assert.Equal(new UserCounts(Removed: 1), (await _run.DeltaAsync()).Users);
    }

    [Fact]
    public async Task Run_GoneUserIsBack_WithTheSameListItIsOnlyRecorded()
    {
        await _run.AddChunkAsync(new TestLine("same", ["a"]), new TestLine("other", ["a"]));
        await _run.DeltaAsync();
        foreach (var update in await _run.UpdatesAsync())
        {
            _run.State.Set(update.User, update.User == "same" ? update.Fingerprint : Other, isGone: true);
        }

        var result = await _run.DeltaAsync();
        Assert.Equal(new UserCounts(Total: 2, Changed: 1, Unchanged: 1), result.Users);
        Assert.Equal([("other", UpdateOperation.Set), ("same", UpdateOperation.Back)], await OperationsAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_WithoutDelta_SendsUnchangedUsersAndCountsThemAsSuch(bool fullResync)
    {
        await _run.AddChunkAsync(new TestLine("u", ["a"]));
        await _run.AcceptAsync();
        _run.FullResync = fullResync;
        _run.Settings = _run.Settings with { PerformDeltaCheck = fullResync };
        await _run.AddChunkAsync(new TestLine("u", ["a"]));
        Assert.Equal(new UserCounts(Total: 1, Unchanged: 1), (await _run.DeltaAsync()).Users);
        Assert.Equal([("u", UpdateOperation.Set)], await OperationsAsync());
    }

    [Theory]
    [InlineData(29, false)]
    [InlineData(30, true)]
    [InlineData(31, true)]
    public async Task Run_ResendAfterDays_SendsUnchangedUsersOfThatAge(int age, bool isSent)
    {
        var today = (int)(_run.StartedAt - DateTimeOffset.UnixEpoch).TotalDays;
        _run.Settings = _run.Settings with { ResendAfterDays = 30 };
        await _run.AddChunkAsync(new TestLine("u", ["a"]));
        await _run.AcceptAsync(today - age);
        await _run.AddChunkAsync(new TestLine("u", ["a"]));
        var result = await _run.DeltaAsync();
        Assert.Equal(new UserCounts(Total: 1, Unchanged: 1), result.Users);
        Assert.Equal(isSent ? 1 : 0, result.Updates);
    }

    [Fact]
    public async Task Run_Users_LooksAtThemAloneAndRemovesNobody()
    {
        _run.Users = ["a", "absent", "é😀"];
        _run.State.Set("absent", Other);
        _run.State.Set("b", Other);
        await _run.AddChunkAsync(new TestLine("a", ["i"]), new TestLine("b", ["i"]), new TestLine("c", []), new TestLine("é😀", ["i"]));
        var result = await _run.DeltaAsync();
        Assert.Equal(new UserCounts(Total: 2, New: 2), result.Users);
        Assert.Equal(2, result.StateUsers);
        Assert.Equal([("a", UpdateOperation.Set), ("é😀", UpdateOperation.Set)], await OperationsAsync());
    }

    [Fact]
    public async Task Run_Limit_TakesTheFirstUpdatesInHashOrder()
    {
        await _run.AddChunkAsync([.. Enumerable.Range(0, 50).Select(i => new TestLine($"u{i}", ["a"]))]);
        await _run.DeltaAsync();
        var all = await _run.UpdatesAsync();
        _run.Limit = 7;
        _run.State.Set("absent", Other);
        var result = await _run.DeltaAsync();
        Assert.Equal(new UserCounts(Total: 7, New: 7), result.Users);
        Assert.Equal(all.Take(7).Select(u => u.User), (await _run.UpdatesAsync()).Select(u => u.User));
        Assert.Equal(1, result.StateUsers);

        _run.Limit = 0;
        Assert.Equal(new UserCounts(), (await _run.DeltaAsync()).Users);
    }

    [Fact]
    public async Task Run_Shards_ShareUsersAndState()
    {
        using var run = new TestRun { ShardBits = 2 };
        await run.AddChunkAsync([.. Enumerable.Range(0, 100).Select(i => new TestLine($"u{i}", ["a"]))]);
        Enumerable.Range(0, 40).ToList().ForEach(i => run.State.Set($"absent{i}", Other));
        var users = new List<string>();
        var counts = new UserCounts();
        for (var shard = 0; shard < 4; shard++)
        {
            counts += (await run.DeltaAsync(shard)).Users;
            users.AddRange((await run.UpdatesAsync(shard)).Where(u => u.Operation == UpdateOperation.Set).Select(u => u.User));
        }

        Assert.Equal(new UserCounts(Total: 100, New: 100, Removed: 40), counts);
        Assert.Equal(100, users.Distinct().Count());
    }

    [Fact]
    public async Task Run_Twice_LeavesTheSameBytes()
    {
        await _run.AddChunkAsync(new TestLine("u1", ["a", "b"]), new TestLine("u2", ["b"]));
        await _run.DeltaAsync();
        var first = _run.Store[_run.Keys.Updates(TestRun.Connector, 0)];
        await _run.DeltaAsync();
        Assert.Equal(first, _run.Store[_run.Keys.Updates(TestRun.Connector, 0)]);
    }

    private async Task<List<(string, UpdateOperation)>> OperationsAsync() =>
        [.. (await _run.UpdatesAsync()).Select(u => (u.User, u.Operation)).OrderBy(u => u.User, StringComparer.Ordinal)];
}
