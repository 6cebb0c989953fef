using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Tests.State;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;
using static PersonalizeConnectors.Activities.Tests.State.StateFixture;

namespace PersonalizeConnectors.Activities.Tests.CommitState;

public sealed class CommitStateTests
{
    private readonly StateFixture _fixture = new();

    [Theory]
    [InlineData(UpdateOperation.Set, OutcomeKind.Accepted, 9)]
    [InlineData(UpdateOperation.Set, OutcomeKind.Rejected, 1)]
    [InlineData(UpdateOperation.Set, OutcomeKind.Unknown, 0)]
    [InlineData(UpdateOperation.Set, null, 1)]
    [InlineData(UpdateOperation.Clear, OutcomeKind.Accepted, null)]
    [InlineData(UpdateOperation.Clear, OutcomeKind.Rejected, 1)]
    [InlineData(UpdateOperation.Clear, OutcomeKind.Unknown, 0)]
    [InlineData(UpdateOperation.Clear, null, 1)]
    public async Task Commit_UserOfTheState_FollowsItsOutcome(UpdateOperation operation, OutcomeKind? kind, int? print)
    {
        await _fixture.AcceptAsync(FirstRun, 1, ("anna", 1), ("bert", 2));
        _fixture.Stage(SecondRun, 1, [("anna", operation, Print(9))]);
        SettleIf(kind);

        await _fixture.CommitAsync(SecondRun, 1);

        var state = await _fixture.ReadAsync();
        Assert.Equal(print is { } number and > 0 ? Print(number) : Fingerprint.Unknown, state.TryGetValue("anna", out var entry) ? entry.Print : default);
        Assert.Equal(print is null ? 1 : 2, state.Count);
        Assert.Equal((Print(2), FirstDay, false), state["bert"]);
        Assert.Equal(FirstDay + (print == 9 ? 1 : 0), state.GetValueOrDefault("anna", (default, FirstDay, false)).Day);
    }

    [Theory]
    [InlineData(UpdateOperation.Set, OutcomeKind.Accepted, true)]
    [InlineData(UpdateOperation.Set, OutcomeKind.Rejected, false)]
    [InlineData(UpdateOperation.Set, OutcomeKind.Unknown, true)]
    [InlineData(UpdateOperation.Set, null, false)]
    [InlineData(UpdateOperation.Clear, OutcomeKind.Accepted, false)]
    [InlineData(UpdateOperation.Clear, OutcomeKind.Unknown, false)]
    [InlineData(UpdateOperation.Gone, null, false)]
    [InlineData(UpdateOperation.Back, null, false)]
    public async Task Commit_UserNotInTheState_AppearsOnlyWhereItMayHaveArrived(UpdateOperation operation, OutcomeKind? kind, bool appears)
    {
        _fixture.Stage(SecondRun, 0, [("anna", operation, Print(9))]);
        SettleIf(kind);

        await _fixture.CommitAsync(SecondRun, 0);

        Assert.Equal(appears ? ["anna"] : [], (await _fixture.ReadAsync()).Keys);
    }

    [Fact]
    public async Task Commit_GoneAndBack_NeedNoAcceptance()
    {
        await _fixture.AcceptAsync(FirstRun, 0, ("anna", 1), ("bert", 2));
        _fixture.Stage(SecondRun, 0, [("anna", UpdateOperation.Gone, Print(1))]);
        var gone = await _fixture.CommitAsync(SecondRun, 0, lastRange: null);
        Assert.Equal((Print(1), FirstDay, true), (await _fixture.ReadAsync())["anna"]);
        Assert.Equal(1, gone.StateUsers);
        Assert.Equal((1, 1), (_fixture.Manifest().Users, _fixture.Manifest().Gone));

        _fixture.Stage(ThirdRun, 0, [("anna", UpdateOperation.Back, Print(1))]);
        var back = await _fixture.CommitAsync(ThirdRun, 0, lastRange: null);

        Assert.Equal((Print(1), FirstDay, false), (await _fixture.ReadAsync())["anna"]);
        Assert.Equal(new CommitStateResult(0, 0, 0, 2, new()), back);
    }

    [Fact]
    public async Task Publish_StoodStillUntilALaterRunMerges_LeavesItsFiles()
    {
        _fixture.Stage(FirstRun, 0, [("anna", UpdateOperation.Set, Print(1))]);
        _fixture.Settle(FirstRun, 0, 0, [("anna", OutcomeKind.Accepted)]);
        await _fixture.CommitShardAsync(FirstRun, 0);
        var folder = RunKeys.StateOf(_fixture.Job.Prefix, StateFixture.Connector);
        var later = _fixture.Keys(SecondRun).StateShard(StateFixture.Connector, 0);
        _fixture.Store.OnCall = (operation, key) =>
        {
            if (operation == "list" && key == folder)
            {
                _fixture.Holder = SecondRun;
                _fixture.Store.Put(later, "merged, and about to be named by a manifest");
            }
        };

        var e = await Assert.ThrowsAsync<ConnectorException>(() => _fixture.PublishAsync(FirstRun));

        Assert.Equal(FailureTypes.JobAlreadyRunning, e.Type);
        Assert.Contains(later, _fixture.Store.Keys);
    }

    [Fact]
    public async Task Commit_GoneUserAcceptedAnew_IsBack()
    {
        await _fixture.AcceptAsync(FirstRun, 0, ("anna", 1));
        _fixture.Stage(SecondRun, 0, [("anna", UpdateOperation.Gone, Print(1))]);
        await _fixture.CommitAsync(SecondRun, 0);

        await _fixture.AcceptAsync(ThirdRun, 0, ("anna", 5));

        Assert.Equal((Print(5), FirstDay + 2, false), (await _fixture.ReadAsync())["anna"]);
    }

    [Fact]
    public async Task Commit_NothingDelivered_KeepsEveryPrint()
    {
        await _fixture.AcceptAsync(FirstRun, 0, ("anna", 1));
        _fixture.Stage(SecondRun, 0, [("anna", UpdateOperation.Set, Print(2)), ("bert", UpdateOperation.Set, Print(2))]);

        var result = await _fixture.CommitAsync(SecondRun, 0, lastRange: null);

        Assert.Equal((Print(1), FirstDay, false), Assert.Single(await _fixture.ReadAsync()).Value);
        Assert.Equal((0, 0, 0), (result.Accepted, result.Rejected, result.Unknown));
    }

    [Fact]
    public async Task Commit_WithoutDelivery_AcceptsWhatWasWritten()
    {
        _fixture.Delivery = DeliveryMode.None;
        await _fixture.AcceptAsync(FirstRun, 0, ("bert", 2));
        _fixture.Stage(SecondRun, 0, [("anna", UpdateOperation.Set, Print(1)), ("bert", UpdateOperation.Clear, default)]);

        var result = await _fixture.CommitAsync(SecondRun, 0, lastRange: null);

        Assert.Equal(["anna"], (await _fixture.ReadAsync()).Keys);
        Assert.Equal(2, result.Accepted);
        Assert.Empty(_fixture.Manifest().AttributeNames);
    }

    [Fact]
    public async Task Commit_WithoutDeliveryAndWithoutParts_AcceptsNothing()
    {
        _fixture.Delivery = DeliveryMode.None;
        _fixture.Stage(FirstRun, 0, [("anna", UpdateOperation.Set, Print(1))]);
        await _fixture.Store.DeleteAsync(_fixture.Keys(FirstRun).PartList(Connector, 0), TestContext.Current.CancellationToken);

        await _fixture.CommitAsync(FirstRun, 0, lastRange: null);

        Assert.Empty(await _fixture.ReadAsync());
    }

    [Fact]
    public async Task Commit_UpdateSettledTwice_AcceptedWins()
    {
        string[] users = ["anna", "bert", "cleo"];
        _fixture.Stage(FirstRun, 0, users.Select(u => (u, UpdateOperation.Set, Print(1))));
        _fixture.Settle(FirstRun, 0, 0, [("anna", OutcomeKind.Unknown), ("bert", OutcomeKind.Accepted), ("cleo", OutcomeKind.Unknown)]);
        _fixture.Settle(FirstRun, 0, 1, [("anna", OutcomeKind.Accepted), ("bert", OutcomeKind.Rejected), ("cleo", OutcomeKind.Rejected)]);

        var result = await _fixture.CommitAsync(FirstRun, 0);

        Assert.Equal(["anna", "bert"], (await _fixture.ReadAsync()).Keys);
        Assert.Equal((2, 1, 0), (result.Accepted, result.Rejected, result.Unknown));
    }

    [Fact]
    public async Task Commit_UnchangedShard_KeepsItsFile()
    {
        await _fixture.AcceptAsync(FirstRun, 2, [.. Users.Numbered(40).Select((id, i) => (id, i))]);
        var before = _fixture.Manifest().Files;
        _fixture.Stage(SecondRun, 2, [("user-0", UpdateOperation.Set, Print(99))]);
        _fixture.Settle(SecondRun, 0, 0, [("user-0", OutcomeKind.Accepted)]);

        await _fixture.CommitAsync(SecondRun, 2);

        var after = _fixture.Manifest().Files;
        Assert.Equal(3, after.Intersect(before).Count());
        Assert.Equal(after.Select(f => f.Name).Order(), _fixture.StateFiles().Select(k => k[(k.LastIndexOf('/') + 1)..]).Order());
    }

    [Fact]
    public async Task Commit_RejectedUserInAnOldShard_KeepsItsFile()
    {
        await _fixture.AcceptAsync(FirstRun, 0, ("anna", 1));
        var before = _fixture.Manifest().Files;
        _fixture.Stage(SecondRun, 0, [("anna", UpdateOperation.Set, Print(2))]);
        _fixture.Settle(SecondRun, 0, 0, [("anna", OutcomeKind.Rejected)]);

        await _fixture.CommitAsync(SecondRun, 0);

        Assert.Equal(before, _fixture.Manifest().Files);
        Assert.Equal(SecondRun, _fixture.Manifest().Run);
        Assert.Single(_fixture.StateFiles());
    }

    [Fact]
    public async Task Commit_LimitedRunWithoutUpdatesObject_CarriesTheShardOver()
    {
        await _fixture.AcceptAsync(FirstRun, 0, ("anna", 1));
        _fixture.Stage(SecondRun, 0, []);
        await _fixture.Store.DeleteAsync(_fixture.Keys(SecondRun).Updates(Connector, 0), TestContext.Current.CancellationToken);

        await _fixture.CommitAsync(SecondRun, 0);

        Assert.Equal(["anna"], (await _fixture.ReadAsync()).Keys);
    }

    [Fact]
    public async Task Commit_DamagedSegment_FailsAndPublishesNothing()
    {
        _fixture.Stage(FirstRun, 0, [("anna", UpdateOperation.Set, Print(1))]);
        _fixture.Store.Put(_fixture.Keys(FirstRun).OutcomeSegment(Connector, 0, 0), "damaged");

        await Assert.ThrowsAsync<InvalidDataException>(() => _fixture.CommitAsync(FirstRun, 0));

        Assert.Empty(_fixture.StateFiles());
    }

    [Fact]
    public async Task Commit_EveryActivityTwice_ChangesNothing()
    {
        await _fixture.AcceptAsync(FirstRun, 1, ("anna", 1), ("bert", 2));
        _fixture.Stage(SecondRun, 1, [("anna", UpdateOperation.Set, Print(3)), ("cleo", UpdateOperation.Set, Print(4))]);
        _fixture.Settle(SecondRun, 0, 0, [("anna", OutcomeKind.Accepted), ("cleo", OutcomeKind.Rejected)]);
        await _fixture.CommitShardAsync(SecondRun, 0);
        var first = await _fixture.CommitAsync(SecondRun, 1);
        var keys = _fixture.Store.Keys.ToDictionary(k => k, k => Convert.ToHexString(_fixture.Store[k]));

        var second = await _fixture.CommitAsync(SecondRun, 1);

        Assert.Equal(first, second);
        Assert.Equal(keys, _fixture.Store.Keys.ToDictionary(k => k, k => Convert.ToHexString(_fixture.Store[k])));
    }

    [Fact]
    public async Task Publish_HeldByAnotherRun_IsRefused()
    {
        _fixture.Stage(FirstRun, 0, [("anna", UpdateOperation.Set, Print(1))]);
        await _fixture.CommitShardAsync(FirstRun, 0);
        _fixture.Holder = SecondRun;

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => _fixture.PublishAsync(FirstRun));

        Assert.Equal(FailureTypes.JobAlreadyRunning, failure.Type);
        Assert.Empty(await _fixture.ReadAsync());
    }

    [Fact]
    public async Task Commit_PublishedWhileALateAttemptReads_LeavesItsMarkAlone()
    {
        await _fixture.AcceptAsync(FirstRun, 0, ("anna", 1), ("bert", 2));
        var before = _fixture.Store.Keys.Where(k => k.Contains("/state/", StringComparison.Ordinal)).ToDictionary(k => k, k => _fixture.Store[k]);
        await _fixture.AcceptAsync(SecondRun, 0, ("anna", 3));
        var manifestKey = RunKeys.StateManifestOf(_fixture.Job.Prefix, Connector);
        var (published, mark) = (_fixture.Store[manifestKey], _fixture.Store[_fixture.Keys(SecondRun).CommitMark(Connector, 0)]);
        foreach (var (key, content) in before)
        {
            _fixture.Store.Put(key, content);
        }

        var reads = 0;
        _fixture.Store.OnCall = (call, key) =>
        {
            if (call == "find" && key == manifestKey && ++reads == 2)
            {
                _fixture.Store.Put(manifestKey, published);
            }
        };
        await _fixture.CommitShardAsync(SecondRun, 0);

        Assert.Equal(1, reads);
        Assert.Equal(mark, _fixture.Store[_fixture.Keys(SecondRun).CommitMark(Connector, 0)]);
    }

    [Fact]
    public async Task Publish_AnotherRunPublishedSinceTheMerge_IsRefused()
    {
        _fixture.Stage(SecondRun, 0, [("anna", UpdateOperation.Set, Print(1))]);
        await _fixture.CommitShardAsync(SecondRun, 0);
        await _fixture.AcceptAsync(FirstRun, 0, ("bert", 2));

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => _fixture.PublishAsync(SecondRun));

        Assert.Equal(FailureTypes.JobAlreadyRunning, failure.Type);
        Assert.Contains(FirstRun, failure.Message, StringComparison.Ordinal);
        Assert.Equal(["bert"], (await _fixture.ReadAsync()).Keys);
    }

    [Fact]
    public async Task Publish_AnotherRunPublishesBetweenReadAndPut_IsRefused()
    {
        await _fixture.AcceptAsync(FirstRun, 0, ("anna", 1));
        _fixture.Stage(SecondRun, 0, [("anna", UpdateOperation.Set, Print(2))]);
        _fixture.Settle(SecondRun, 0, 0, [("anna", OutcomeKind.Accepted)]);
        await _fixture.CommitShardAsync(SecondRun, 0);
        var key = RunKeys.StateManifestOf(_fixture.Job.Prefix, Connector);
        var foreign = (_fixture.Manifest() with { Run = ThirdRun }).ToJson();
        _fixture.Store.OnCall = (call, at) =>
        {
            if (call == "commit" && at == key)
            {
                _fixture.Store.OnCall = null;
                _fixture.Store.Put(key, foreign);
            }
        };

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => _fixture.PublishAsync(SecondRun));

        Assert.Equal(FailureTypes.JobAlreadyRunning, failure.Type);
        Assert.Equal(foreign, _fixture.Store[key]);
        Assert.Equal(Print(1), (await _fixture.ReadAsync())["anna"].Print);
    }

    [Fact]
    public async Task Publish_InterruptedAfterThePut_IsDone()
    {
        _fixture.Stage(FirstRun, 0, [("anna", UpdateOperation.Set, Print(1))]);
        _fixture.Settle(FirstRun, 0, 0, [("anna", OutcomeKind.Accepted)]);
        await _fixture.CommitShardAsync(FirstRun, 0);
        var key = RunKeys.StateManifestOf(_fixture.Job.Prefix, Connector);
        _fixture.Store.OnCall = (call, at) =>
        {
            if (call == "list" && at.EndsWith("/state/", StringComparison.Ordinal))
            {
                throw new StorageException("away", transient: true);
            }
        };
        await Assert.ThrowsAsync<StorageException>(() => _fixture.PublishAsync(FirstRun));
        _fixture.Store.OnCall = null;
        var published = _fixture.Store[key];

        await _fixture.PublishAsync(FirstRun);

        Assert.Equal(published, _fixture.Store[key]);
        Assert.Equal(["anna"], (await _fixture.ReadAsync()).Keys);
    }

    [Fact]
    public async Task Publish_FilesOfInterruptedRuns_AreRemoved()
    {
        var left = _fixture.Keys(ThirdRun).StateShard(Connector, 0);
        var folder = RunKeys.StateOf(_fixture.Job.Prefix, Connector);
        _fixture.Store.Put(left, "half");
        _fixture.Store.Put(folder + "retractions/x", "not ours");

        await _fixture.AcceptAsync(FirstRun, 0, ("anna", 1));

        Assert.DoesNotContain(left, _fixture.Store.Keys);
        Assert.Contains(folder + "retractions/x", _fixture.Store.Keys);
    }

    private void SettleIf(OutcomeKind? kind)
    {
        if (kind is { } known)
        {
            _fixture.Settle(SecondRun, 0, 0, [("anna", known)]);
        }
    }
}
