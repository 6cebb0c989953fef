using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Worker;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Integration.Tests.Harness;

/// <summary>A worker as the product hosts it, on queues of the test's own, with a simulated Braze for each connector.</summary>
internal sealed class JobHost : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly string _queue;

    private JobHost(ITemporalClient client, IHost host, string queue, CapturedLogs logs)
    {
        Client = client;
        _host = host;
        _queue = queue;
        Logs = logs;
    }

    public ITemporalClient Client { get; }

    /// <summary>Its task queue.</summary>
    public string Queue => _queue;

    /// <summary>Everything the process logged, at any level.</summary>
    public CapturedLogs Logs { get; }

    /// <param name="connectors">By connector name.</param>
    public static Task<JobHost> StartAsync(ITemporalClient client, string root, params (string Name, BrazeSimulator Braze)[] connectors) =>
        StartAsync(client, Settings(root, connectors));

    /// <summary>A worker's configuration for jobs of a local root.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Settings(string root, params (string Name, BrazeSimulator Braze)[] connectors) =>
    [
        new("Storage:LocalRoots:0", root),
        .. connectors.SelectMany(c => new KeyValuePair<string, string?>[]
        {
            new($"Connectors:{c.Name}:RestEndpointUrl", c.Braze.Address.ToString()),
            new($"Connectors:{c.Name}:ApiKey", c.Braze.ApiKey),
            new($"Connectors:{c.Name}:AllowLoopback", "true"),
        }),
    ];

    /// <param name="settings">The worker's whole configuration.</param>
    /// <param name="change">Changes what the worker is made of.</param>
    public static async Task<JobHost> StartAsync(
        ITemporalClient client, IEnumerable<KeyValuePair<string, string?>> settings, Action<IServiceCollection>? change = null)
    {
        var queue = $"{TaskQueues.Main}-{Guid.NewGuid():N}";
        var logs = new CapturedLogs();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.AddProvider(logs).SetMinimumLevel(LogLevel.Trace);
        var connect = new TemporalClientConnectOptions(client.Connection.Options.TargetHost!) { Namespace = client.Options.Namespace };
        builder.Services.AddConnectorWorker(builder.Configuration, new ConnectorWorkerSettings(connect, [queue]));
        change?.Invoke(builder.Services);
        var host = builder.Build();
        await host.StartAsync();
        return new(client, host, queue, logs);
    }

    public T Service<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    /// <param name="workflowId">Null for the job's own.</param>
    public Task<WorkflowHandle<ConnectorJobWorkflow, ConnectorJobResult>> StartAsync(ConnectorJobInput input, string? workflowId = null) =>
        Client.StartWorkflowAsync((ConnectorJobWorkflow w) => w.RunAsync(input), new WorkflowOptions(workflowId ?? JobId.Of(input.JobPath!), _queue));

    /// <summary>Runs a job to its end, whatever end.</summary>
    public async Task<FinishedRun> RunAsync(ConnectorJobInput input)
    {
        var handle = await StartAsync(input);
        return await EndAsync(input.JobPath!, handle, Service<IJobLocator>());
    }

    public Task<FinishedRun> RunAsync(string jobPath) => RunAsync(new ConnectorJobInput { JobPath = jobPath });

    /// <param name="locator">Finds the report of a job in a bucket.</param>
    public static async Task<FinishedRun> EndAsync(
        string jobPath, WorkflowHandle<ConnectorJobWorkflow, ConnectorJobResult> handle, IJobLocator? locator = null)
    {
        ConnectorJobResult? result = null;
        FailureCause? failure = null;
        try
        {
            result = await handle.GetResultAsync();
        }
        catch (WorkflowFailedException e)
        {
            failure = FailureCause.Of(e.InnerException!);
            var details = (e.InnerException as ApplicationFailureException)?.Details;
            result = details?.Count > 0 ? details.ElementAt<ConnectorJobResult>(0) : null;
        }

        var description = await handle.DescribeAsync();
        var runId = result?.RunId ?? (description.Memo.TryGetValue("RunId", out var memo) ? await memo.ToValueAsync<string>() : null);
        return new(runId, failure, runId is null ? null : await ReadReportAsync(jobPath, runId, locator), handle);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private static async Task<JsonObject?> ReadReportAsync(string jobPath, string runId, IJobLocator? locator)
    {
        if (!jobPath.StartsWith("s3://", StringComparison.Ordinal))
        {
            var path = Path.Combine(jobPath, "runs", runId, "report.json");
            return File.Exists(path) ? JsonNode.Parse(await File.ReadAllTextAsync(path))!.AsObject() : null;
        }

        var job = locator!.Open(jobPath);
        var key = new RunKeys(job.Prefix, runId).Report;
        return await job.Store.FindAsync(key, CancellationToken.None) is null
            ? null
            : JsonNode.Parse(await job.Store.ReadAllAsync(key, 1 << 24, CancellationToken.None))!.AsObject();
    }
}

/// <summary>How a run ended.</summary>
/// <param name="Report">runs/&lt;run&gt;/report.json, where there is one.</param>
internal sealed record FinishedRun(
    string? RunId, FailureCause? Failure, JsonObject? Report, WorkflowHandle<ConnectorJobWorkflow, ConnectorJobResult> Handle)
{
    public string? Status => (string?)Report?["status"];

    public long Users(string count, string connector = "braze") => (long)Report!["connectors"]![connector]!["users"]![count]!;

    public long Requests(string count, string connector = "braze") => (long)Report!["connectors"]![connector]!["requests"]![count]!;

    public IReadOnlyList<JsonNode?> Rejections(string connector = "braze") => [.. Report!["connectors"]![connector]!["rejections"]!.AsArray()];
}
