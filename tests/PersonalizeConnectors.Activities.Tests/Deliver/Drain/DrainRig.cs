using System.IO.Compression;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PersonalizeConnectors.Activities.Deliver;
using PersonalizeConnectors.Activities.Deliver.Drain;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Secrets;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Tests.Fakes;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.Deliver.Drain;

/// <summary>A drain of a queue in memory to a simulated Braze.</summary>
internal sealed class DrainRig : IDestinationSecrets, ISentAttributes, IAsyncDisposable
{
    public const string JobPath = "etl_jobs/related_items/shop";

    private readonly BrazeSimulator _braze;
    private readonly ServiceProvider _services;
    private StepPosition? _last;

    private DrainRig(BrazeSimulator braze, TimeProvider time)
    {
        _braze = braze;
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(time);
        services.AddSingleton<IDestinationSecrets>(this).AddSingleton<ISentAttributes>(this);
        services.AddSingleton<IJobLocator>(new FakeJobLocator(Store));
        services.AddSingleton<Activities.Sqs.IQueueFinder>(Queues);
        services.AddDelivery();
        _services = services.BuildServiceProvider();
    }

    public FakeObjectStore Store { get; } = new();

    public FakeQueues Queues { get; } = new();

    public FakeQueue Queue => Queues.Queue;

    public BrazeSimulator Braze => _braze;

    public static async Task<DrainRig> StartAsync(
        Func<BrazeRequest, BrazeFault?>? hook = null, string connector = """{ "attributePrefix": "recs_" }""", string guards = "{}", TimeProvider? time = null)
    {
        var rig = new DrainRig(await BrazeSimulator.StartAsync(new() { Hook = hook }, TestContext.Current.CancellationToken), time ?? TimeProvider.System);
        rig.Store.Put(JobPath + "/config.json", $$"""{ "batchInferencePath": "batch/", "guards": {{guards}}, "connectors": { "braze": {{connector}} } }""");
        return rig;
    }

    public Task<DestinationAccount> ReadAsync(string connectorName, CancellationToken cancellationToken) =>
        Task.FromResult(new DestinationAccount(_braze.Address, new ApiKey(_braze.ApiKey), AllowLoopback: true));

    public Task<IReadOnlyCollection<string>> ReadAsync(OpenedRun run, string connector, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyCollection<string>>([]);

    /// <summary>Drains until the queue holds nothing that can be received, and nothing is held.</summary>
    /// <param name="poison">Messages that stay.</param>
    public async Task<DrainCounts> DrainAsync(int poison = 0)
    {
        using var stop = new CancellationTokenSource();
        var drain = RunAsync(stop.Token);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        var started = TimeProvider.System.GetTimestamp();
        while (!drain.IsCompleted && (Queue.Waiting > 0 || Queue.Held > poison))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(1), $"The queue still has {Queue.Waiting} messages, and {Queue.Held} are held.");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        await stop.CancelAsync();
        return await drain;
    }

    public async Task<DrainCounts> RunAsync(CancellationToken stop, CancellationToken workerStop = default)
    {
        var context = new StepContext(position => Volatile.Write(ref _last, position), stop, workerStop);
        return (await _services.GetRequiredService<QueueDrainer>().RunAsync(new(JobPath, "braze", 3600), new(), context)).Counts;
    }

    /// <summary>Parts of the connector that something else wrote.</summary>
    public PendingParts Parts => new(_services.GetRequiredService<IJobLocator>().Open(JobPath), "braze");

    /// <param name="earlier">What an attempt before this one counted.</param>
    public async Task<PartCounts> DeliverPartsAsync(PartCounts? earlier = null)
    {
        var context = new StepContext(position => Volatile.Write(ref _last, position), TestContext.Current.CancellationToken);
        return (await _services.GetRequiredService<PartDeliverer>().RunAsync(new(JobPath, "braze"), earlier ?? new(), context)).Counts;
    }

    /// <summary>What the last heartbeat said of parts.</summary>
    public PartCounts? SettledParts() => Volatile.Read(ref _last)?.Parts;

    /// <summary>What the last heartbeat said.</summary>
    public DrainSight? Sight() => Volatile.Read(ref _last)?.Drain;

    /// <summary>An attribute of a user, as JSON without spaces.</summary>
    public string? Attribute(string user, string name) => _braze.Profiles.Find(UserIdentity.External(user))?[name];

    /// <summary>Lines of all retraction parts.</summary>
    /// <param name="job">Its path below the root; null: the drain's own.</param>
    public IReadOnlyList<JsonNode> Retractions(string? job = null) =>
    [
        .. Store.Keys.Where(k => k.StartsWith((job ?? JobPath) + "/output/braze/state/retractions/", StringComparison.Ordinal)).SelectMany(k =>
        {
            using var reader = new StreamReader(new GZipStream(new MemoryStream(Store[k]), CompressionMode.Decompress));
            return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!);
        }),
    ];

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _braze.DisposeAsync();
    }
}
