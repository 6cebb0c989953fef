using PersonalizeConnectors.Activities.Deliver;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.Deliver;

public sealed class DeliverRangeTests : IDisposable
{
    private readonly DeliveryRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task RunAsync_EverybodyAccepted_EveryUserOnceAndSettled()
    {
        await _rig.Stage.StageAsync(35, 0, 20);

        var result = _rig.Deliver(55);

        Assert.Equal(new DeliverResult(55, 0, 0, new RequestCounts(6)), result);
        Assert.Equal(55, _rig.Destination.Accepted.Distinct().Count());
        Assert.Equal(55, _rig.Destination.Accepted.Count);
        Assert.Equal([new(0, 0, 35), new(2, 0, 20)], SettledSet.Merge(_rig.Stage.Segments().SelectMany(s => s.Settled)));
        Assert.Equal(["recs_name"], _rig.Stage.Segments().SelectMany(s => s.AttributeNames).Distinct());
    }

    [Fact]
    public async Task RunAsync_RangeInTheMiddle_OnlyItsUsers()
    {
        await _rig.Stage.StageAsync(40, 40);

        _rig.Deliver(new UpdateRange(3, 0, 30, 25));

        var expected = Enumerable.Range(30, 10).Select(n => $"u-0-{n}").Concat(Enumerable.Range(0, 15).Select(n => $"u-1-{n}"));
        Assert.Equal(expected.Order(), _rig.Destination.Accepted.Order());
        Assert.NotEmpty(_rig.Stage.Segments(range: 3));
    }

    [Fact]
    public async Task RunAsync_GoneAndBack_AreNotSent()
    {
        await _rig.Stage.StageAsync(0);
        await _rig.Stage.StageShardAsync(
            0, [("a", UpdateOperation.Gone), ("b", UpdateOperation.Set), ("c", UpdateOperation.Back), ("d", UpdateOperation.Clear)]);

        var result = _rig.Deliver(4);

        Assert.Equal(["b", "d"], _rig.Destination.Accepted.Order());
        Assert.Equal(2, result.Accepted);
        Assert.Equal([new(0, 1, 1), new(0, 3, 1)], SettledSet.Merge(_rig.Stage.Segments().SelectMany(s => s.Settled)));
    }

    [Fact]
    public async Task RunAsync_RejectionsByIndex_AreThoseUsers()
    {
        await _rig.Stage.StageAsync(20);
        _rig.Destination.OnSend = users => new(new BatchResponse.Settled(
            [.. users.Select((id, i) => (id, i)).Where(u => u.id is "u-0-3" or "u-0-12").Select(u => new PayloadRejection(u.i, "bad address"))]));

        var result = _rig.Deliver(20);

        Assert.Equal((18, 2, 0), (result.Accepted, result.Rejected, result.Unknown));
        var outcomes = _rig.Stage.Segments().SelectMany(s => s.Outcomes).OrderBy(o => o.Update);
        Assert.Equal(
            [new(0, 3, OutcomeKind.Rejected, "bad address", "u-0-3"), new(0, 12, OutcomeKind.Rejected, "bad address", "u-0-12")], outcomes);
        Assert.Equal(
            ["""{"userId":"u-0-12","reason":"bad address","payload":{"id":"u-0-12"}}""", """{"userId":"u-0-3","reason":"bad address","payload":{"id":"u-0-3"}}"""],
            _rig.Stage.RejectedLines().Order());
    }

    [Fact]
    public async Task RunAsync_RefusedBeforeSending_IsRejectedAndNotSent()
    {
        await _rig.Stage.StageAsync(30);
        _rig.Destination.OnRender = id => id.EndsWith('7') ? "too long" : null;

        var result = _rig.Deliver(30);

        Assert.Equal((27, 3), (result.Accepted, result.Rejected));
        Assert.DoesNotContain(_rig.Destination.Accepted, id => id.EndsWith('7'));
        Assert.Equal(3, _rig.Stage.RejectedLines().Count);
    }

    [Fact]
    public async Task RunAsync_BytesFillBeforeCount_NoRequestIsLarger()
    {
        await _rig.Stage.StageAsync(25);
        _rig.Destination.MaxBytes = 50; // {"id":"u-0-12"} is 15 bytes, and each takes one more

        var result = _rig.Deliver(25);

        Assert.Equal(25, result.Accepted);
        Assert.All(_rig.Destination.Requests, r => Assert.InRange(r.Users.Count, 1, 3));
    }

    [Fact]
    public async Task RunAsync_PayloadLargerThanARequest_IsRejected()
    {
        await _rig.Stage.StageAsync(12);
        _rig.Destination.MaxBytes = 15; // only ids of one digit fit

        var result = _rig.Deliver(12);

        Assert.Equal((10, 2), (result.Accepted, result.Rejected));
        Assert.All(_rig.Stage.Segments().SelectMany(s => s.Outcomes), o => Assert.Equal(BatchFiller.TooLargeReason, o.Reason));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(10)]
    public async Task RunAsync_WholeRequestRefused_OnlyTheBadUserIsRejected(int objects)
    {
        _rig.Stage.Connector = _rig.Stage.Connector with { MaxObjectsPerRequest = objects };
        await _rig.Stage.StageAsync(40);
        _rig.Destination.OnSend = users => users.Contains("u-0-13")
            ? new(new BatchResponse.Refused("HTTP 400"))
            : new(BatchResponse.Settled.Whole);

        var result = _rig.Deliver(40);

        Assert.Equal((39, 1, 0), (result.Accepted, result.Rejected, result.Unknown));
        Assert.Equal("u-0-13", Assert.Single(_rig.Stage.Segments().SelectMany(s => s.Outcomes)).UserId);
        Assert.Equal(39, _rig.Destination.Accepted.Count);
    }

    [Fact]
    public async Task RunAsync_AnswerUnclearThreeTimes_UsersAreUnknown()
    {
        await _rig.Stage.StageAsync(30);
        _rig.Destination.OnSend = users => users.Contains("u-0-13") ? new(new BatchResponse.Unclear("odd")) : new(BatchResponse.Settled.Whole);

        var result = _rig.Deliver(30);

        Assert.Equal((20, 0, 10), (result.Accepted, result.Rejected, result.Unknown));
        Assert.Equal(3, _rig.Destination.Requests.Count(r => r.Users.Contains("u-0-13")));
        Assert.Equal(new RequestCounts(5, 2), result.Requests);
        Assert.Empty(_rig.Stage.RejectedLines());
    }

    [Fact]
    public async Task RunAsync_AnswerUnclearTwice_UsersAreAccepted()
    {
        await _rig.Stage.StageAsync(10);
        _rig.Destination.OnSend = _ => _rig.Destination.Requests.Count < 3 ? new(new BatchResponse.Unclear("odd")) : new(BatchResponse.Settled.Whole);

        Assert.Equal(10, _rig.Deliver(10).Accepted);
    }

    [Fact]
    public async Task RunAsync_Stop_EndsAtOnceAndKeepsWhatWasAccepted()
    {
        await _rig.Stage.StageAsync(400);
        _rig.Destination.OnSend = _ => _rig.Destination.Requests.Count > 5
            ? new(new BatchResponse.Stop("the key is wrong"))
            : new(BatchResponse.Settled.Whole);

        var failure = Assert.Throws<ConnectorException>(() => _rig.Deliver(400));

        Assert.Equal(FailureTypes.DestinationRefused, failure.Type);
        Assert.Equal("the key is wrong", failure.Message);
        Assert.False(failure.IsTransient);
        Assert.InRange(_rig.Destination.Requests.Count, 6, 60); // those in flight by then, at 1,000 a second and 20 ms
        Assert.Equal(_rig.Destination.Accepted.Count, _rig.Stage.Segments().SelectMany(s => s.Settled).Sum(s => s.Count));
    }

    [Fact]
    public async Task RunAsync_FirstAnswerStops_OneRequestWasSent()
    {
        await _rig.Stage.StageAsync(400);
        _rig.Destination.OnSend = _ => new(new BatchResponse.Stop("the key is wrong"));

        Assert.Throws<ConnectorException>(() => _rig.Deliver(400));

        Assert.Single(_rig.Destination.Requests);
    }

    [Theory]
    [InlineData(0.1, false, true)]
    [InlineData(0.1, true, false)]
    [InlineData(0.6, false, false)]
    public async Task RunAsync_RejectRate_StopsUnlessAllowed(double rate, bool overridden, bool stops)
    {
        await _rig.Stage.StageAsync(1000);
        _rig.Stage.Guards = new() { MaxRejectRate = rate };
        _rig.Stage.OverrideGuards = overridden;
        _rig.Destination.OnRender = id => id.EndsWith('1') || id.EndsWith('2') || id.EndsWith('3') ? "bad" : null;

        if (stops)
        {
            var failure = Assert.Throws<ConnectorException>(() => _rig.Deliver(1000));
            Assert.Equal(FailureTypes.GuardTripped, failure.Type);
            Assert.Contains("--override-guards", failure.Message, StringComparison.Ordinal);
            Assert.True(_rig.Destination.Accepted.Count < 500);
        }
        else
        {
            Assert.Equal((700, 300), (_rig.Deliver(1000) is var r ? r.Accepted : 0, r.Rejected));
        }
    }

    [Fact]
    public async Task RunAsync_SmallRangeRejected_WholeDeliveryDecides()
    {
        await _rig.Stage.StageAsync(110);
        _rig.Stage.Guards = new() { MaxRejectRate = 0.5 };
        _rig.Destination.OnRender = id => id is "u-0-107" or "u-0-108" or "u-0-109" ? "bad" : null;

        Assert.Equal(106, _rig.Deliver(new UpdateRange(0, 0, 0, 106)).Accepted);
        Assert.Equal(3, _rig.Deliver(new UpdateRange(1, 0, 106, 4)).Rejected);
    }

    [Fact]
    public async Task RunAsync_SmallDeliveryRejected_Stops()
    {
        await _rig.Stage.StageAsync(4);
        _rig.Stage.Guards = new() { MaxRejectRate = 0.5 };
        _rig.Destination.OnRender = id => id is "u-0-0" ? null : "bad";

        Assert.Equal(FailureTypes.GuardTripped, Assert.Throws<ConnectorException>(() => _rig.Deliver(4)).Type);
    }

    [Fact]
    public async Task RunAsync_UnknownType_SaysWhichAreKnown()
    {
        await _rig.Stage.StageAsync(1);
        _rig.Stage.Connector = _rig.Stage.Connector with { Type = "pigeon" };

        var failure = Assert.Throws<ConnectorException>(() => _rig.Deliver(1));

        Assert.Equal(FailureTypes.InvalidConfiguration, failure.Type);
        Assert.Contains("\"pigeon\"", failure.Message, StringComparison.Ordinal);
        Assert.Contains("fake", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_Always_LogsNoIds()
    {
        await _rig.Stage.StageAsync(20);
        _rig.Destination.OnRender = id => id == "u-0-4" ? "bad" : null;

        _rig.Deliver(20);

        Assert.NotEmpty(_rig.Log.Messages);
        Assert.DoesNotContain(_rig.Log.Messages, m => m.Contains("u-0-", StringComparison.Ordinal));
    }
}
