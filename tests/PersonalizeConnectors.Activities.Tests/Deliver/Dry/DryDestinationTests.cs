using System.Text;
using PersonalizeConnectors.Activities.Deliver;
using PersonalizeConnectors.Activities.Deliver.Dry;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Tests.Fakes;
using PersonalizeConnectors.Activities.Tests.Updates;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.Deliver.Dry;

public sealed class DryDestinationTests : IDisposable
{
    private const int ShardBits = 2;

    private readonly DeliveryRig _rig = new();
    private readonly FakeScratch _scratch = new();
    private readonly FakeStateStore _states = new();

    public void Dispose()
    {
        _rig.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public async Task Deliver_Dry_CountsTheRequestsThatARealOneSends()
    {
        await StageAsync(Users(200));
        _rig.Destination.OnRender = id => id == "user-7" ? "No." : null;

        var (result, tally) = Deliver(200, samples: 3);
        Assert.Empty(_rig.Destination.Requests);
        var dry = tally.Find(DeliveryStage.ConnectorName)!;

        // The same again, sent: from an empty outcome log.
        foreach (var key in _rig.Stage.Store.Keys.Where(k => k.Contains("/outcomes/", StringComparison.Ordinal) || k.Contains("/rejected/", StringComparison.Ordinal)).ToList())
        {
            await _rig.Stage.Store.DeleteAsync(key, TestContext.Current.CancellationToken);
        }

        Assert.Equal(result, _rig.Deliver(200));
        Assert.Equal((199, 1), (result.Accepted, result.Rejected));
        Assert.Equal(_rig.Destination.Requests.Count, dry.Requests);
        Assert.Equal(_rig.Destination.Requests.Sum(r => r.Users.Sum(id => id.Length + 10)), dry.Bytes);
        Assert.Equal(["recs_name"], dry.AttributeNames);
        Assert.Null(dry.DataPoints);
    }

    [Fact]
    public async Task Deliver_AnotherAttempt_CountsNothingTwice()
    {
        await StageAsync(Users(200));
        var tally = new DryTally(samplesPerKind: 3);
        Deliver(200, tally);
        var once = tally.Find(DeliveryStage.ConnectorName)!;

        // The first attempt died before it could log the last of what it had counted.
        var last = _rig.Stage.Store.Keys.Last(k => k.Contains("/outcomes/", StringComparison.Ordinal));
        await _rig.Stage.Store.DeleteAsync(last, TestContext.Current.CancellationToken);
        Deliver(200, tally);

        var twice = tally.Find(DeliveryStage.ConnectorName)!;
        Assert.Equal((20, once.Bytes), (twice.Requests, twice.Bytes));
        Assert.Equal(once.Samples, twice.Samples);
    }

    [Fact]
    public async Task Deliver_ASlowRate_IsNotWaitedFor()
    {
        await StageAsync(Users(400));
        _rig.Stage.Connector = _rig.Stage.Connector with { RequestsPerSecond = 0.1, RequestsPerHour = 3 };
        var start = _rig.Clock.GetUtcNow();

        var (_, tally) = Deliver(400, samples: 0);

        Assert.Equal(40, tally.Find(DeliveryStage.ConnectorName)!.Requests);
        Assert.InRange(_rig.Clock.GetUtcNow() - start, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Deliver_Samples_AreOfTheirKindAndNoMoreThanAsked()
    {
        // 100 users: 25 each new, changed, unchanged but sent, gone.
        var users = Users(100).Select((id, i) => (id, i % 4 == 3 ? UpdateOperation.Gone : UpdateOperation.Set)).ToList();
        await StageAsync(users);
        _rig.Stage.Store.Put(RunKeys.StateManifestOf("etl_jobs/related_items/shop/", DeliveryStage.ConnectorName), "{}");
        for (var i = 0; i < users.Count; i++)
        {
            if (i % 4 > 0)
            {
                _states.Set(users[i].id, i % 4 == 2 ? default : Print(i));
            }
        }

        var (_, tally) = Deliver(100, samples: 2);

        var samples = tally.Find(DeliveryStage.ConnectorName)!.Samples;
        Assert.Equal(
            [DrySampleKind.New, DrySampleKind.New, DrySampleKind.Changed, DrySampleKind.Changed, DrySampleKind.Removed, DrySampleKind.Removed, DrySampleKind.Resent, DrySampleKind.Resent],
            samples.Select(s => s.Kind));
        Assert.All(samples, sample =>
        {
            var number = int.Parse(sample.UserId["user-".Length..], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(number % 4, sample.Kind switch { DrySampleKind.New => 0, DrySampleKind.Changed => 1, DrySampleKind.Resent => 2, _ => 3 });
            Assert.Equal(sample.Kind == DrySampleKind.Removed ? null : $$"""{"id":"{{sample.UserId}}"}""", sample.Payload);
        });
    }

    [Fact]
    public async Task Deliver_ASampleThatIsRejected_GivesWayToTheNext()
    {
        var users = Users(50);
        await StageAsync(users);
        var rejected = Enumerable.Range(0, 1 << ShardBits).SelectMany(shard => InShard(users, shard)).Take(4).ToHashSet();
        _rig.Destination.OnRender = id => rejected.Contains(id) ? "No." : null;

        var (_, tally) = Deliver(50, samples: 3);

        var samples = tally.Find(DeliveryStage.ConnectorName)!.Samples;
        Assert.Equal(3, samples.Count);
        Assert.DoesNotContain(samples, sample => rejected.Contains(sample.UserId));
    }

    private static List<string> Users(int count) => [.. Enumerable.Range(0, count).Select(i => $"user-{i}")];

    private static List<string> InShard(IEnumerable<string> users, int shard) =>
        [.. users.Where(id => IdHash.Shard(Hash(id), ShardBits) == shard).OrderBy(Hash)];

    private static ulong Hash(string id) => IdHash.Of(Encoding.UTF8.GetBytes(id));

    private static Fingerprint Print(int number) => State.StateFixture.Print(number + 1);

    private Task StageAsync(List<string> users) => StageAsync([.. users.Select(id => (id, UpdateOperation.Set))]);

    private async Task StageAsync(List<(string Id, UpdateOperation Operation)> users)
    {
        await _rig.Stage.StageAsync(0);
        var operations = users.ToDictionary(u => u.Id, u => u.Operation);
        for (var shard = 0; shard < 1 << ShardBits; shard++)
        {
            await _rig.Stage.StageShardAsync(shard, [.. InShard(operations.Keys, shard).Select(id => (id, operations[id]))]);
        }
    }

    private (DeliverResult Result, DryTally Tally) Deliver(int count, int samples)
    {
        var tally = new DryTally(samples);
        return (Deliver(count, tally), tally);
    }

    private DeliverResult Deliver(int count, DryTally tally)
    {
        var destination = new DryDestination(_rig.Destination, _states, _rig.Stage, tally);
        var deliver = new DeliverRange(_rig.Stage, _rig.Stage, _scratch, _rig.Stage, [destination], _rig.Pacers, _rig.Clock, _rig.Log);
        var context = new StepContext(_ => { }, CancellationToken.None);
        return TimePump.Run(_rig.Clock, () => deliver.RunAsync(DeliveryStage.Input(new UpdateRange(0, 0, 0, count)), context));
    }
}
