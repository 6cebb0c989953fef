using Microsoft.Extensions.Options;
using PersonalizeConnectors.Activities.Decorate;
using PersonalizeConnectors.Activities.Delta;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Load;
using PersonalizeConnectors.Activities.Plan;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.Local;
using PersonalizeConnectors.Activities.Storage.State;
using PersonalizeConnectors.Activities.Write;
using PersonalizeConnectors.Benchmarks.Data;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Benchmarks.Operations;

/// <summary>A generated job in a folder of its own whose steps run here, one after another, without Temporal: what they leave feeds the benchmarks.</summary>
internal sealed class StagedJob : IDisposable
{
    public const string Connector = "braze";
    private const string Prefix = "etl_jobs/user_personalization/benchmark/";
    private const string RunId = "20261123T020000Z-0123abcd";
    private const int MostChunks = 256;

    private readonly string _folder = Directory.CreateTempSubdirectory("personalize-benchmark-").FullName;
    private readonly LocalObjectStore _store;
    private readonly Scratch _scratch;

    private StagedJob(JobSize size)
    {
        Files = GeneratedJob.Create(Path.Join(_folder, "root"), size);
        _store = new(Files.Root, TimeProvider.System);
        _scratch = new(Options.Create(new ScratchOptions { ScratchPath = Path.Join(_folder, "scratch") }));
    }

    public GeneratedJob Files { get; }

    public OpenedRun Run { get; private set; } = null!;

    public ConnectorConfiguration Settings => Run.Connector(Connector);

    public static async Task<StagedJob> CreateAsync(JobSize size)
    {
        var job = new StagedJob(size);
        var batch = await job.PlanAsync("batch/users.json.out");
        var metadata = await job.PlanAsync(RunKeys.MetadataOf(Prefix) + "catalog.jsonl");
        var plan = new RunPlan
        {
            RunId = RunId,
            StartedAt = new DateTimeOffset(2026, 11, 23, 2, 0, 0, TimeSpan.Zero),
            JobType = "user_personalization",
            JobName = "benchmark",
            ItemKeyed = false,
            Config = "{}",
            ShardBits = ShardPlanner.Bits(batch.Size, 0, 1),
            BatchFiles = [batch],
            MetadataFiles = [metadata],
            HasMetadata = true,
            Chunks = ChunkPlanner.Cut([batch], canCut: true, MostChunks),
        };
        var connector = new ConnectorConfiguration { Name = Connector, Type = "braze", AttributePrefix = "recs_" };
        job.Run = new(
            new JobLocation(job._store, job.Files.JobPath, Prefix, plan.JobType, plan.JobName),
            new RunKeys(Prefix, RunId), plan, new JobConfiguration { BatchInferencePath = "batch/", Connectors = [connector] }, job._store);
        return job;
    }

    public async Task LoadAsync()
    {
        for (var chunk = 0; chunk < Run.Plan.Chunks.Count; chunk++)
        {
            await new ChunkLoader(Run, chunk, StepContext.None).RunAsync();
        }
    }

    public Task DecorateAsync() => new DecorateStep(_scratch).RunAsync(Run, Connector, StepContext.None);

    public async Task DeltaAsync()
    {
        var delta = new DeltaStep(_scratch, new StateStore());
        for (var shard = 0; shard < Run.Plan.Shards; shard++)
        {
            await delta.RunAsync(Run, new(new("job", RunId), Connector, shard, null), StepContext.None);
        }
    }

    public async Task WriteAsync()
    {
        var write = new WriteStep(_scratch);
        for (var shard = 0; shard < Run.Plan.Shards; shard++)
        {
            await write.RunAsync(Run, new(new("job", RunId), Connector, shard), StepContext.None);
        }
    }

    /// <summary>The decorated catalog; dispose it before the job.</summary>
    public Task<MappedObject> MapCatalogAsync() => _scratch.MapAsync(_store, Run.Keys.Catalog(Connector), RunId, CancellationToken.None);

    public void Dispose()
    {
        _scratch.Dispose();
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<PlannedFile> PlanAsync(string key)
    {
        var entry = await _store.FindAsync(key, CancellationToken.None) ?? throw new FileNotFoundException(key);
        return new(key, entry.Size, entry.ETag);
    }
}
