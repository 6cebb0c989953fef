using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage.State;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.State;

public sealed class StateSurveyTests
{
    private readonly StateFixture _fixture = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadAsync_NoState_IsNull() => Assert.Null(await ReadAsync());

    [Fact]
    public async Task ReadAsync_TwoRuns_CountsUsersShardsAndDays()
    {
        await _fixture.AcceptAsync(StateFixture.FirstRun, 2, ("a", 1), ("b", 2), ("c", 3));
        await _fixture.AcceptAsync(StateFixture.SecondRun, 2, ("b", 4));

        var state = (await ReadAsync())!;

        Assert.Equal((3, 0, 4, StateFixture.SecondRun), (state.Users, state.Gone, state.Shards, state.Run));
        Assert.Equal((new DateOnly(2026, 11, 1), new DateOnly(2026, 11, 2)), (state.OldestAccepted, state.NewestAccepted));
        Assert.Equal(_fixture.StateFiles().Sum(file => _fixture.Store[file].Length), state.Bytes);
    }

    [Fact]
    public async Task ReadAsync_DamagedBlock_IsRefusedWithTheWayOut()
    {
        await _fixture.AcceptAsync(StateFixture.FirstRun, 0, ("a", 1));
        var file = _fixture.StateFiles().Single();
        var bytes = _fixture.Store[file].ToArray();
        bytes[20] ^= 1;
        _fixture.Store.Put(file, bytes);

        var refused = await Assert.ThrowsAsync<ConnectorException>(ReadAsync);

        Assert.Equal(FailureTypes.DamagedState, refused.Type);
        Assert.Contains("state reset", refused.Message, StringComparison.Ordinal);
    }

    private Task<StateSurvey?> ReadAsync() => StateSurvey.ReadAsync(_fixture.Job, StateFixture.Connector, _ => { }, Token);
}
