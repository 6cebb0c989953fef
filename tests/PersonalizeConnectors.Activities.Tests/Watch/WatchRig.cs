using Microsoft.Extensions.Logging.Abstractions;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Tests.Fakes;
using PersonalizeConnectors.Activities.Watch;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.Watch;

/// <summary>A watcher of a root in memory, with a queue in memory; what it tells is kept.</summary>
internal sealed class WatchRig : IWatchSigns, IJobLocator, IObjectStoreFactory
{
    public const string Job = "etl_jobs/related_items/shop";

    private readonly FakeJobLocator _locator;

    public WatchRig()
    {
        _locator = new(Store);
        _locator.Buckets["batch"] = new BucketView(Batch, "s3://batch");
        Configure("shop", "s3://batch/dsg/shop-sims/");
    }

    public FakeObjectStore Store { get; } = new();

    public FakeObjectStore Batch { get; } = new();

    public FakeQueues Queues { get; } = new();

    public List<OutputSign> Outputs { get; } = [];

    public List<PartSign> Parts { get; } = [];

    public int Signals { get; private set; }

    public string Form => "fake://root";

    public static string Event(string bucket, string key, string etag = "e1", string at = "2026-11-23T02:00:05Z") =>
        $$$"""{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","eventTime":"{{{at}}}","s3":{"bucket":{"name":"{{{bucket}}}"},"object":{"key":"{{{Uri.EscapeDataString(key)}}}","eTag":"{{{etag}}}"} } } ]}""";

    public void Configure(string job, string path, string connectors = """{ "braze": {}, "second": { "type": "braze" }, "files": { "type": "braze", "delivery": "none" } }""") =>
        Store.Put($"etl_jobs/related_items/{job}/config.json", $$"""{ "batchInferencePath": "{{path}}", "settleSeconds": 30, "connectors": {{connectors}} }""");

    /// <summary>Watches until the queue holds nothing.</summary>
    public async Task<WatchCounts> WatchAsync(params IEnumerable<string> bodies)
    {
        foreach (var body in bodies)
        {
            Queues.Queue.Put(body);
        }

        using var stop = new CancellationTokenSource();
        var watcher = new OutputWatcher([this], this, Queues, TimeProvider.System, NullLogger<OutputWatcher>.Instance);
        var watching = watcher.RunAsync(new("s3://root", "events", 3600), new(), this, new StepContext(_ => { }, stop.Token));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        var started = TimeProvider.System.GetTimestamp();
        while (!watching.IsCompleted && (Queues.Queue.Waiting > 0 || Queues.Queue.Held > 0))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(1), "The queue does not become empty.");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        await stop.CancelAsync();
        return (await watching).Counts;
    }

    public Task TellAsync(WatchSigns signs, CancellationToken cancellationToken)
    {
        Signals++;
        Outputs.AddRange(signs.Outputs);
        Parts.AddRange(signs.Parts);
        return Task.CompletedTask;
    }

    public bool Accepts(string path) => true;

    public string Canonicalize(string path) => path.TrimEnd('/');

    public IObjectStore Open(string root) => new BucketView(Store, "s3://root");

    public void RequireFolder(string path)
    {
    }

    JobLocation IJobLocator.Open(string jobPath)
    {
        var job = _locator.Open(jobPath["s3://root/".Length..]);
        return job with { JobPath = jobPath, Store = new BucketView(Store, "s3://root") };
    }

    public (IObjectStore Store, string Prefix) OpenInput(JobLocation job, string batchInferencePath) => _locator.OpenInput(job, batchInferencePath);

    // A store in memory under the address of a bucket.
    private sealed class BucketView(IObjectStore inner, string address) : IObjectStore
    {
        public string Address => address;

        public IAsyncEnumerable<ObjectEntry> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

        public Task<ObjectEntry?> FindAsync(string key, CancellationToken cancellationToken) => inner.FindAsync(key, cancellationToken);

        public Task<Stream> OpenAsync(string key, ByteRange range, string? ifETag, CancellationToken cancellationToken) => inner.OpenAsync(key, range, ifETag, cancellationToken);

        public Task<ObjectWriter> CreateAsync(string key, PutCondition condition, CancellationToken cancellationToken) => inner.CreateAsync(key, condition, cancellationToken);

        public Task DeleteAsync(string key, CancellationToken cancellationToken) => inner.DeleteAsync(key, cancellationToken);
    }
}
