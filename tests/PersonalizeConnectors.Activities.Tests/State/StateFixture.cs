using System.Globalization;
using System.Text;
using PersonalizeConnectors.Activities.CommitState;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.State;
using PersonalizeConnectors.Activities.Tests.Fakes;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.State;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.State;

/// <summary>A job in a store in memory, whose runs are staged as the steps before would leave them.</summary>
internal sealed class StateFixture : IRunOpener, IJobLocator, IJobHold
{
    public const string Connector = "braze";
    public const string FirstRun = "20261101T000000Z-00000001";
    public const string SecondRun = "20261102T000000Z-00000002";
    public const string ThirdRun = "20261103T000000Z-00000003";
    public const int FirstDay = 20758;

    private readonly Dictionary<(string Run, string Connector, string Id), (int Shard, long Number)> _places = [];

    public StateFixture()
    {
        Job = new(Store, "/data/etl_jobs/user_personalization/shop", "etl_jobs/user_personalization/shop/", "user_personalization", "shop");
        Publisher = new(this, TimeProvider.System);
        Committer = new(this, Publisher);
    }

    public FakeObjectStore Store { get; } = new();

    public JobLocation Job { get; }

    public StatePublisher Publisher { get; }

    public StateCommitter Committer { get; }

    public DeliveryMode Delivery { get; set; }

    /// <summary>The run that holds the job; null: nobody, and every check passes.</summary>
    public string? Holder { get; set; }

    public static Fingerprint Print(int number) => Fingerprint.Of(BitConverter.GetBytes(number));

    public RunKeys Keys(string run) => new(Job.Prefix, run);

    /// <summary>Leaves a plan and updates in staging.</summary>
    public void Stage(string run, int shardBits, IEnumerable<(string Id, UpdateOperation Operation, Fingerprint Print)> updates, string connector = Connector)
    {
        var keys = Keys(run);
        Store.Put(keys.Plan, PlanOf(run, shardBits).ToJson());
        var byShard = updates
            .Select(u => (u, Bytes: Encoding.UTF8.GetBytes(u.Id)))
            .ToLookup(x => IdHash.Shard(IdHash.Of(x.Bytes), shardBits));
        using var recommendations = new RecommendationBuffer();
        recommendations.Add(1, [], 0);
        for (var shard = 0; shard < 1 << shardBits; shard++)
        {
            using var block = new ByteWriter();
            using var content = new ByteWriter();
            var index = new SectionIndex();
            long number = 0;
            var inBlock = 0;
            foreach (var (update, bytes) in byShard[shard].OrderBy(x => IdHash.Of(x.Bytes)).ThenBy(x => x.u.Id, StringComparer.Ordinal))
            {
                _places[(run, connector, update.Id)] = (shard, number++);
                UpdateRecord.Write(block, bytes, update.Operation, update.Print, recommendations, false, false, [], []);
                if (++inBlock == 3)
                {
                    Flush();
                }
            }

            Flush();
            index.Write(content);
            Store.Put(keys.Updates(connector, shard), content.Written);
            Store.Put(keys.PartList(connector, shard), "parts");

            void Flush()
            {
                if (inBlock > 0)
                {
                    index.Add(UpdateRecord.Section, content.Length, block.Written, inBlock);
                    content.WriteRaw(block.Written);
                    block.Clear();
                    inBlock = 0;
                }
            }
        }
    }

    /// <summary>Leaves a segment of the outcome log.</summary>
    public void Settle(string run, int range, int number, IEnumerable<(string Id, OutcomeKind Kind)> outcomes, string connector = Connector, params string[] names)
    {
        var segment = new OutcomeSegment { RequestsSent = 1 };
        segment.AttributeNames.UnionWith(names);
        foreach (var (id, kind) in outcomes)
        {
            var (shard, update) = _places[(run, connector, id)];
            segment.Settled.Add(new(shard, update, 1));
            if (kind != OutcomeKind.Accepted)
            {
                segment.Outcomes.Add(new(shard, update, kind, $"{kind} for a reason", id));
            }
        }

        using var bytes = new ByteWriter();
        segment.Write(bytes);
        Store.Put(Keys(run).OutcomeSegment(connector, range, number), bytes.Written);
    }

    public Task<CommitStateResult> CommitShardAsync(string run, int shard, int? lastRange = 0, string connector = Connector) =>
        Committer.RunAsync(new(new(Job.JobPath, run), connector, shard, lastRange is null ? null : 0, lastRange), StepContext.None);

    public Task<CommitStateResult> PublishAsync(string run, string connector = Connector) =>
        Committer.RunAsync(new(new(Job.JobPath, run), connector, null, null, null), StepContext.None);

    public async Task<CommitStateResult> CommitAsync(string run, int shardBits, int? lastRange = 0, string connector = Connector)
    {
        for (var shard = 0; shard < 1 << shardBits; shard++)
        {
            await CommitShardAsync(run, shard, lastRange, connector);
        }

        return await PublishAsync(run, connector);
    }

    /// <summary>Stages, accepts and commits the users.</summary>
    public async Task AcceptAsync(string run, int shardBits, params (string Id, int Print)[] users)
    {
        Stage(run, shardBits, users.Select(u => (u.Id, UpdateOperation.Set, Print(u.Print))));
        Settle(run, 0, 0, users.Select(u => (u.Id, OutcomeKind.Accepted)));
        await CommitAsync(run, shardBits);
    }

    /// <summary>The whole state, read with so many shards, checked to be in order.</summary>
    public async Task<SortedDictionary<string, (Fingerprint Print, int Day, bool IsGone)>> ReadAsync(int shardBits = 0, string connector = Connector)
    {
        var result = new SortedDictionary<string, (Fingerprint, int, bool)>(StringComparer.Ordinal);
        var run = Open(FirstRun, PlanOf(FirstRun, shardBits));
        ulong last = 0;
        for (var shard = 0; shard < 1 << shardBits; shard++)
        {
            await using var reader = await new StateStore().OpenAsync(run, connector, shard, CancellationToken.None);
            while (await reader.MoveNextAsync(CancellationToken.None))
            {
                var entry = reader.Current;
                Assert.Equal(IdHash.Of(entry.UserId.Span), entry.Hash);
                Assert.Equal(shard, IdHash.Shard(entry.Hash, shardBits));
                Assert.True(entry.Hash >= last);
                last = entry.Hash;
                result.Add(Encoding.UTF8.GetString(entry.UserId.Span), (entry.Fingerprint, entry.Day, entry.IsGone));
            }
        }

        return result;
    }

    public StateManifest Manifest(string connector = Connector) => StateManifest.Parse(Store[RunKeys.StateManifestOf(Job.Prefix, connector)]);

    /// <summary>Names of the state files there are.</summary>
    public IEnumerable<string> StateFiles(string connector = Connector) =>
        Store.Keys.Where(k => k.StartsWith(RunKeys.StateOf(Job.Prefix, connector), StringComparison.Ordinal) && k.EndsWith(".state", StringComparison.Ordinal));

    public OpenedRun Open(string run, RunPlan plan) => new(Job, Keys(run), plan, Configuration(), Store);

    public async Task<OpenedRun> OpenAsync(RunRef run, CancellationToken cancellationToken) =>
        Open(run.RunId, RunPlan.Parse(await Store.ReadAllAsync(Keys(run.RunId).Plan, 1 << 20, cancellationToken)));

    public JobLocation Open(string jobPath) => Job;

    public (IObjectStore Store, string Prefix) OpenInput(JobLocation job, string batchInferencePath) => (Store, batchInferencePath);

    public Task AcquireAsync(JobLocation job, string runId, CancellationToken cancellationToken)
    {
        Holder = runId;
        return Task.CompletedTask;
    }

    public Task CheckAsync(JobLocation job, string runId, CancellationToken cancellationToken) => Holder is null || Holder == runId
        ? Task.CompletedTask
        : throw new ConnectorException(FailureTypes.JobAlreadyRunning, $"Held by {Holder}.", transient: false);

    public Task ReleaseAsync(JobLocation job, string runId, CancellationToken cancellationToken)
    {
        Holder = Holder == runId ? null : Holder;
        return Task.CompletedTask;
    }

    private static RunPlan PlanOf(string run, int shardBits) => new()
    {
        RunId = run,
        StartedAt = RunKeys.TryParseRunId(run, out var at) ? at.AddHours(23) : throw new FormatException(run),
        JobType = "user_personalization",
        JobName = "shop",
        ItemKeyed = false,
        Config = "{}",
        ShardBits = shardBits,
        BatchFiles = [],
        Chunks = [],
    };

    private JobConfiguration Configuration() => new()
    {
        BatchInferencePath = "batch/",
        KeepRuns = 2,
        Connectors =
        [
            new() { Name = Connector, Type = "braze", Delivery = Delivery },
            new() { Name = "second", Type = "braze", Delivery = Delivery },
        ],
    };
}

internal static class Users
{
    public static IEnumerable<string> Numbered(int count) => Enumerable.Range(0, count).Select(i => "user-" + i.ToString(CultureInfo.InvariantCulture));
}
