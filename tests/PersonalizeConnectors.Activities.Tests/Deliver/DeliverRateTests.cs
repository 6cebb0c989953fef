using PersonalizeConnectors.Activities.Deliver;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.Deliver;

public sealed class DeliverRateTests : IDisposable
{
    private readonly DeliveryRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task RunAsync_Rate_NeverExceededAndUsed()
    {
        _rig.Stage.Connector = _rig.Stage.Connector with { RequestsPerSecond = 100, MaxObjectsPerRequest = 1 };
        _rig.Destination.Latency = TimeSpan.FromMilliseconds(150);
        await _rig.Stage.StageAsync(600);

        _rig.Deliver(600);

        var times = _rig.Destination.Requests.Select(r => r.At).Order().ToArray();
        Assert.Equal(600, times.Length);
        Assert.All(times, start => Assert.InRange(times.Count(t => t >= start && t < start.AddSeconds(1)), 1, 100));
        // The first request goes alone; from the second on the rate is used.
        Assert.InRange((times[^1] - times[1]).TotalSeconds, 5.9, 598 / 95.0);
    }

    [Fact]
    public async Task RunAsync_TwoRanges_ShareThePacer()
    {
        _rig.Stage.Connector = _rig.Stage.Connector with { RequestsPerSecond = 10, MaxObjectsPerRequest = 1 };
        await _rig.Stage.StageAsync(40);

        _rig.Deliver(new UpdateRange(0, 0, 0, 20));
        _rig.Deliver(new UpdateRange(1, 0, 20, 20));

        var times = _rig.Destination.Requests.Select(r => r.At).Order().ToArray();
        Assert.All(times, start => Assert.InRange(times.Count(t => t >= start && t < start.AddSeconds(1)), 1, 10));
    }

    [Fact]
    public async Task RunAsync_RateLimited_PausesEverybodyAndCostsNoAttempt()
    {
        await _rig.Stage.StageAsync(100);
        _rig.Destination.OnSend = _ => _rig.Destination.Requests.Count is > 3 and < 9
            ? new(new BatchResponse.RateLimited(), TimeSpan.FromSeconds(40))
            : new(BatchResponse.Settled.Whole);

        var result = _rig.Deliver(100);

        Assert.Equal(100, result.Accepted);
        Assert.Equal(0, result.Requests.Retried);
        Assert.InRange(result.Requests.RateLimited, 1, 5);
        Assert.Equal(10 + result.Requests.RateLimited, result.Requests.Sent);
        var times = _rig.Destination.Requests.Select(r => r.At).Order().ToArray();
        Assert.Contains(times.Zip(times.Skip(1)), pair => (pair.Second - pair.First).TotalSeconds >= 39);
    }

    [Fact]
    public async Task RunAsync_HourLongPause_OutlastsPatience()
    {
        await _rig.Stage.StageAsync(20);
        _rig.Destination.OnSend = _ => _rig.Destination.Requests.Count == 2
            ? new(new BatchResponse.RateLimited(), TimeSpan.FromMinutes(55))
            : new(BatchResponse.Settled.Whole);

        Assert.Equal(20, _rig.Deliver(20).Accepted);
        Assert.True(_rig.Heartbeats.Count > 55 * 60, "Waiting must heartbeat every second or so.");
    }

    [Fact]
    public async Task RunAsync_RateLimitedForEver_EndsUnavailable()
    {
        _rig.Stage.Connector = _rig.Stage.Connector with { DeliveryPatience = TimeSpan.FromMinutes(1) };
        await _rig.Stage.StageAsync(10);
        _rig.Destination.OnSend = _ => new(new BatchResponse.RateLimited(), TimeSpan.FromMinutes(20));

        var failure = Assert.ThrowsAny<ConnectorException>(() => _rig.Deliver(10));

        Assert.Equal(FailureTypes.DestinationUnavailable, failure.Type);
        Assert.InRange(_rig.Destination.Requests.Count, 3, 6);
        Assert.DoesNotContain(_rig.Stage.Segments(), s => s.Settled.Count > 0);
    }

    [Fact]
    public async Task RunAsync_Outage_IsSatOut()
    {
        await _rig.Stage.StageAsync(50);
        var start = _rig.Clock.GetUtcNow();
        _rig.Destination.OnSend = _ => _rig.Clock.GetUtcNow() - start < TimeSpan.FromMinutes(10)
            ? new(new BatchResponse.Failed("HTTP 503"))
            : new(BatchResponse.Settled.Whole);

        var result = _rig.Deliver(50);

        Assert.Equal((50, 0, 0), (result.Accepted, result.Rejected, result.Unknown));
        Assert.Equal(result.Requests.Sent - 5, result.Requests.Retried);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunAsync_AwayForGood_UnknownOnlyWhereItMayHaveArrived(bool mayHaveArrived)
    {
        await _rig.Stage.StageAsync(50);
        _rig.Destination.OnSend = _ => _rig.Destination.Requests.Count <= 2
            ? new(BatchResponse.Settled.Whole)
            : new(mayHaveArrived ? new BatchResponse.Failed("HTTP 503") : new BatchResponse.NotReached("no connection"));
        var start = _rig.Clock.GetUtcNow();

        var failure = Assert.ThrowsAny<ConnectorException>(() => _rig.Deliver(50));

        Assert.Equal(FailureTypes.DestinationUnavailable, failure.Type);
        Assert.False(failure.IsTransient);
        Assert.InRange((_rig.Clock.GetUtcNow() - start).TotalMinutes, 15, 16);
        var outcomes = _rig.Stage.Segments().SelectMany(s => s.Outcomes).ToArray();
        var settled = SettledSet.Merge(_rig.Stage.Segments().SelectMany(s => s.Settled)).Sum(s => s.Count);
        Assert.All(outcomes, o => Assert.Equal(OutcomeKind.Unknown, o.Kind));
        Assert.Equal(mayHaveArrived ? 30 : 0, outcomes.Length);
        Assert.Equal(mayHaveArrived ? 50 : 20, settled);
    }

    [Fact]
    public async Task RunAsync_SlowDestination_KeepsEnoughInFlight()
    {
        _rig.Stage.Connector = _rig.Stage.Connector with { RequestsPerSecond = 200, MaxObjectsPerRequest = 1 };
        _rig.Destination.Latency = TimeSpan.FromMilliseconds(500);
        await _rig.Stage.StageAsync(800);

        _rig.Deliver(800);

        Assert.InRange(_rig.Destination.MostInFlight, 90, DeliveryPolicies.MaxInFlight);
    }
}
