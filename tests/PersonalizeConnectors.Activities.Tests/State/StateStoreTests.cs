using CsCheck;
using PersonalizeConnectors.Activities.Storage.State;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Tests.State;

public sealed class StateStoreTests
{
    private readonly StateFixture _fixture = new();

    [Fact]
    public async Task OpenAsync_NoManifest_IsEmpty()
    {
        Assert.Empty(await _fixture.ReadAsync());
    }

    [Fact]
    public async Task OpenAsync_CommittedUsers_AreThereWithPrintAndDay()
    {
        await _fixture.AcceptAsync(StateFixture.FirstRun, 2, ("a", 1), ("b", 2), ("ü\"\u0001🙂", 3), ("", 4));

        var state = await _fixture.ReadAsync(2);

        Assert.Equal(4, state.Count);
        Assert.Equal((StateFixture.Print(1), StateFixture.FirstDay, false), state["a"]);
        Assert.Equal(StateFixture.Print(3), state["ü\"\u0001🙂"].Print);
        Assert.Equal(StateFixture.Print(4), state[""].Print);
    }

    [Fact]
    public async Task OpenAsync_AnyShardCount_ReadsAnyOther()
    {
        await Gen.Select(Gen.Int[0, 5], Gen.Int[0, 5], Gen.Int[0, 300]).SampleAsync(
            async (written, read, count) =>
            {
                var fixture = new StateFixture();
                var users = Users.Numbered(count).Select((id, i) => (id, i)).ToArray();
                await fixture.AcceptAsync(StateFixture.FirstRun, written, users);
                var state = await fixture.ReadAsync(read);
                return state.Count == count && users.All(u => state[u.id].Print == StateFixture.Print(u.i));
            },
            iter: 60, seed: "0N0XIzNsQ0O2");
    }

    [Fact]
    public async Task OpenAsync_ManyBlocks_SeeksToTheShard()
    {
        var users = Users.Numbered(5000).Select((id, i) => (id.PadRight(60, 'x'), i)).ToArray();
        await _fixture.AcceptAsync(StateFixture.FirstRun, 0, users);
        Assert.True(_fixture.Store[_fixture.StateFiles().Single()].Length > 5 * 64 * 1024);

        Assert.Equal(5000, (await _fixture.ReadAsync(4)).Count);
        var plan = (await _fixture.OpenAsync(new(_fixture.Job.JobPath, StateFixture.FirstRun), TestContext.Current.CancellationToken)).Plan;
        await using var reader = (StateReader)await new StateStore().OpenAsync(
            _fixture.Open(StateFixture.FirstRun, plan with { ShardBits = 4 }), StateFixture.Connector, 9, TestContext.Current.CancellationToken);
        while (await reader.MoveNextAsync(TestContext.Current.CancellationToken))
        {
            Assert.Equal(9, IdHash.Shard(reader.Current.Hash, 4));
        }

        Assert.InRange(reader.BytesRead, 1, 3 * 65 * 1024);
    }

    [Fact]
    public async Task ReadAsync_SentAttributes_AreThoseOfEveryRun()
    {
        _fixture.Stage(StateFixture.FirstRun, 0, [("a", UpdateOperation.Set, StateFixture.Print(1))]);
        _fixture.Settle(StateFixture.FirstRun, 0, 0, [("a", OutcomeKind.Accepted)], names: ["recs_name", "recs_price"]);
        await _fixture.CommitAsync(StateFixture.FirstRun, 0);
        _fixture.Stage(StateFixture.SecondRun, 1, [("b", UpdateOperation.Set, StateFixture.Print(1))]);
        _fixture.Settle(StateFixture.SecondRun, 0, 0, [("b", OutcomeKind.Accepted)], names: ["recs_brand", "recs_name"]);
        await _fixture.CommitAsync(StateFixture.SecondRun, 1);
        var run = await _fixture.OpenAsync(new(_fixture.Job.JobPath, StateFixture.SecondRun), TestContext.Current.CancellationToken);

        var names = await new SentAttributes().ReadAsync(run, StateFixture.Connector, TestContext.Current.CancellationToken);

        Assert.Equal(["recs_brand", "recs_name", "recs_price"], names);
        Assert.Empty(await new SentAttributes().ReadAsync(run, "second", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Reset_DamagedState_LeavesNoneAndForeignFilesAlone()
    {
        await _fixture.AcceptAsync(StateFixture.FirstRun, 1, ("a", 1));
        var folder = RunKeys.StateOf(_fixture.Job.Prefix, StateFixture.Connector);
        _fixture.Store.Put(folder + "manifest.json", "nonsense");
        _fixture.Store.Put(folder + "notes.state", "mine");

        await StateReset.RunAsync(_fixture.Job, StateFixture.Connector, _fixture, StateFixture.FirstRun, TestContext.Current.CancellationToken);

        Assert.Empty(await _fixture.ReadAsync());
        Assert.Equal([folder + "notes.state"], _fixture.Store.Keys.Where(k => k.StartsWith(folder, StringComparison.Ordinal)));
    }
}
