using System.IO.Compression;
using System.Text;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Tests.Fakes;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.Deliver;

/// <summary>A run in memory that is ready to be delivered.</summary>
internal sealed class DeliveryStage : IRunOpener, ISentAttributes, IJobHold
{
    public const string ConnectorName = "shop";

    private const string Prefix = "etl_jobs/related_items/shop/";
    private const string RunId = "20261123T020000Z-0123abcd";

    public FakeObjectStore Store { get; } = new();

    public RunKeys Keys { get; } = new(Prefix, RunId);

    public ConnectorConfiguration Connector { get; set; } = new()
    {
        Name = ConnectorName,
        Type = "fake",
        MaxObjectsPerRequest = 10,
        DeliveryPatience = TimeSpan.FromMinutes(15),
    };

    public Guards Guards { get; set; } = new() { MaxRejectRate = null };

    public bool OverrideGuards { get; set; }

    public string[] SentAttributes { get; set; } = [];

    /// <summary>True where another run has the job.</summary>
    public bool IsTakenOver { get; set; }

    /// <summary>How long the store takes to say who has the job, and by which clock.</summary>
    public (TimeSpan Latency, TimeProvider Clock)? SlowCheck { get; set; }

    public OpenedRun Run
    {
        get
        {
            var plan = new RunPlan
            {
                RunId = RunId,
                StartedAt = Keys.StartedAt,
                JobType = "related_items",
                JobName = "shop",
                ItemKeyed = true,
                Config = "{}",
                ShardBits = 2,
                BatchFiles = [],
                Chunks = [],
                OverrideGuards = OverrideGuards,
            };
            var configuration = new JobConfiguration { BatchInferencePath = "batch/", Connectors = [Connector], Guards = Guards };
            return new(new(Store, "/root/" + Prefix.TrimEnd('/'), Prefix, "related_items", "shop"), Keys, plan, configuration, Store);
        }
    }

    public static DeliverInput Input(UpdateRange range) => new(new("/root/etl_jobs/related_items/shop", RunId), ConnectorName, range);

    /// <summary>Stages so many users in each shard, with ids u-shard-number; every user gets item 0.</summary>
    public async Task StageAsync(params int[] usersByShard)
    {
        await CatalogWriter.WriteAsync(Store, Keys.Catalog(ConnectorName), ["name"], new TestItem("i-0", ("name", "\"Tent\"")));
        for (var shard = 0; shard < usersByShard.Length; shard++)
        {
            await StageShardAsync(shard, [.. Enumerable.Range(0, usersByShard[shard]).Select(n => ($"u-{shard}-{n}", UpdateOperation.Set))]);
        }
    }

    public async Task StageShardAsync(int shard, IReadOnlyList<(string Id, UpdateOperation Operation)> users)
    {
        var none = TestContext.Current.CancellationToken;
        using var recommendations = new RecommendationBuffer();
        await using var writer = await SectionedWriter.CreateAsync(Store, Keys.Updates(ConnectorName, shard), none);
        foreach (var block in users.Chunk(16))
        {
            using var bytes = new ByteWriter();
            foreach (var (id, operation) in block)
            {
                recommendations.Clear();
                if (operation == UpdateOperation.Set)
                {
                    recommendations.Add(0, default, 0);
                }

                UpdateRecord.Write(
                    bytes, Encoding.UTF8.GetBytes(id), operation, default, recommendations, withScores: false, withQueryItems: false, [], default);
            }

            await writer.WriteAsync(UpdateRecord.Section, bytes.WrittenMemory, block.Length, none);
        }

        await writer.CommitAsync(none);
    }

    public Task<OpenedRun> OpenAsync(RunRef run, CancellationToken cancellationToken) => Task.FromResult(Run);

    public Task<IReadOnlyCollection<string>> ReadAsync(OpenedRun run, string connector, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyCollection<string>>(SentAttributes);

    public Task AcquireAsync(JobLocation job, string runId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public async Task CheckAsync(JobLocation job, string runId, CancellationToken cancellationToken)
    {
        Assert.Equal(RunId, runId);
        if (SlowCheck is { Latency: var latency, Clock: var clock })
        {
            await Task.Delay(latency, clock, cancellationToken);
        }

        if (IsTakenOver)
        {
            throw new ConnectorException(FailureTypes.JobAlreadyRunning, "Another run has the job.", transient: false);
        }
    }

    public Task ReleaseAsync(JobLocation job, string runId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IReadOnlyList<OutcomeSegment> Segments(int range = 0) =>
        [.. Store.Keys.Where(k => k.StartsWith(Keys.Outcomes(ConnectorName, range), StringComparison.Ordinal)).Select(k => OutcomeSegment.Read(Store[k]))];

    /// <summary>Lines of all rejected parts.</summary>
    public IReadOnlyList<string> RejectedLines() =>
        [.. Store.Keys.Where(k => k.StartsWith(Keys.RejectedFolder(ConnectorName), StringComparison.Ordinal)).SelectMany(k => Lines(Store[k]))];

    private static string[] Lines(byte[] gzip)
    {
        using var reader = new StreamReader(new GZipStream(new MemoryStream(gzip), CompressionMode.Decompress));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
