using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Tests.Fakes;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Workflows.Tests.Jobs;

/// <summary>The largest plans there are: rows never pass through history, and a history never needs continue-as-new.</summary>
public abstract class ConnectorJobSizeTests(ITemporalServer server, ITestOutputHelper output)
{
    private const int MostEvents = 10_000;
    private const int LargestPayload = 4096;

    // An answer of a store or a destination in another script: every character is six bytes in JSON.
    private static readonly string LongMessage = string.Concat(Enumerable.Repeat("予期しない応答", 300));

    [Fact]
    public async Task Run_256ChunksShardsAndRanges_StaysSmall()
    {
        var host = Host(shards: 256, usersPerShard: 19_532, FakePlans.Braze());

        await host.ExecuteAsync(Input(host), host.JobId);

        Assert.Equal(256, host.Deliver.Calls.Count);
        Assert.Equal(256L * 19_532, host.Deliver.Calls.Sum(c => c.Range.Count));
        await IsSmallAsync(host.Job, "job, one connector");
        await IsSmallAsync(host.Delivery(), "delivery");
    }

    /// <param name="shards">As many as a plan has for 5 M users and that many connectors.</param>
    [Theory]
    [InlineData(4, 64)]
    [InlineData(12, 16)]
    public async Task Run_SeveralConnectorsAllFailing_StaysSmall(int count, int shards)
    {
        PlannedConnector[] connectors = [.. Enumerable.Range(1, count).Select(i => FakePlans.Braze($"braze-of-the-brand-{i}"))];
        var host = Host(shards, 5_000_000 / shards, connectors);
        host.Deliver.Answer = _ => throw new ApplicationFailureException(LongMessage, errorType: FailureTypes.DestinationRefused, nonRetryable: true);

        var failure = await host.FailAsync(Input(host), host.JobId);

        Assert.StartsWith("braze-of-the-brand-1: 予期しない応答", failure.Message, StringComparison.Ordinal);
        var report = host.Steps.Report!;
        var outcomes = report.Connectors.Concat(host.Steps.Inputs<StageOutcomeInput>().Select(staged => staged.Outcome)).ToList();
        Assert.Equal(connectors.Select(c => c.Name).Order(StringComparer.Ordinal), outcomes.Select(c => c.Name).Order(StringComparer.Ordinal));
        Assert.Equal(count > 4 ? connectors.Select(c => c.Name) : [], report.StagedConnectors);
        Assert.All(outcomes, c => Assert.StartsWith($"{c.Name}: 予期しない", c.Failure, StringComparison.Ordinal));
        await IsSmallAsync(host.Job, $"job, {count} connectors");
        foreach (var connector in connectors)
        {
            await IsSmallAsync(host.Delivery(connector.Name), connector.Name);
        }
    }

    private WorkflowHost Host(int shards, long usersPerShard, params PlannedConnector[] connectors)
    {
        var host = new WorkflowHost(server) { JobPath = $"s3://personalize-connectors-of-a-large-shop/etl_jobs/related_items/{Guid.NewGuid():N}-{new string('x', 80)}" };
        host.Steps.Plan = FakePlans.ItemKeyed() with { Chunks = 256, MappingChunks = 256, Shards = shards, Connectors = connectors };
        host.Steps.Recovered = new(0, 0, [.. ConnectorSearchAttributes.All.Select(a => a.Name)]);
        host.Steps.Delta = _ => new()
        {
            Updates = usersPerShard,
            StateUsers = 0,
            Users = new UserCounts(usersPerShard, usersPerShard),
            MappedUsers = usersPerShard,
            UsersWithoutRecommendations = usersPerShard / 3,
            Bytes = new(123_456_789, 23_456_789),
        };
        host.Steps.Commit = input => input.Shard is null
            ? new(0, 0, 0, 0, new())
            : new(usersPerShard / 3, usersPerShard / 3, usersPerShard / 3, usersPerShard, new(123_456_789, 23_456_789));
        return host;
    }

    private static ConnectorJobInput Input(WorkflowHost host) => new() { JobPath = host.JobPath };

    private async Task IsSmallAsync(WorkflowHandle handle, string name)
    {
        var events = (await handle.FetchHistoryAsync()).Events;
        var largest = events.SelectMany(e => HistoryPayloads.Of(e).Select(p => (Event: e, Size: p.CalculateSize()))).MaxBy(p => p.Size);
        output.WriteLine($"{name}: {events.Count} events, {events.Sum(e => e.CalculateSize())} bytes, largest payload {largest.Size} bytes in {largest.Event.EventType}");

        Assert.InRange(events.Count, 10, MostEvents);
        Assert.True(largest.Size < LargestPayload, $"{largest.Size} bytes: {largest.Event}");
    }
}

public sealed class ConnectorJobSizeTestsOnEngine(EngineFixture engine, ITestOutputHelper output) : ConnectorJobSizeTests(engine, output);

public sealed class ConnectorJobSizeTestsOnServer(TemporalServerFixture server, ITestOutputHelper output) : ConnectorJobSizeTests(server, output);
