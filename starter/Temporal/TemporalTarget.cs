using PersonalizeConnectors.Local.Engine;
using PersonalizeConnectors.Worker;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Client;

namespace PersonalizeConnectors.Starter.Temporal;

/// <summary>The Temporal that a run is started on: a configured service, or an engine inside this process for this run alone.</summary>
internal sealed class TemporalTarget : IAsyncDisposable
{
    private readonly EmbeddedEngine? _engine;

    private TemporalTarget(ITemporalClient client, ConnectorWorkerSettings worker, string taskQueue, EmbeddedEngine? engine = null)
    {
        Client = client;
        WorkerSettings = worker;
        TaskQueue = taskQueue;
        _engine = engine;
    }

    public ITemporalClient Client { get; }

    public ConnectorWorkerSettings WorkerSettings { get; }

    /// <summary>Where this job's workflow is started.</summary>
    public string TaskQueue { get; }

    /// <summary>Address of the engine inside this process, which then has to host the worker too; null with a service.</summary>
    public string? EngineAddress => _engine?.Address;

    /// <summary>Connects as Temporal's own tools do (TEMPORAL_ADDRESS, profiles), or starts an engine where nothing is configured.</summary>
    /// <param name="isLocalJob">The job lies on this host's disks, so that only workers here can run it.</param>
    /// <exception cref="TemporalUnreachableException">The configured service is not there.</exception>
    public static async Task<TemporalTarget> ConnectAsync(bool isLocalJob, CancellationToken cancellationToken) =>
        await ConfiguredService.ConnectAsync(cancellationToken) is { } service
            ? new(
                service.Client,
                ConnectorWorkerSettings.ForService(service.Connect),
                isLocalJob ? TaskQueues.ForHost(Environment.MachineName) : TaskQueues.Main)
            : await StartEngineAsync(cancellationToken);

    /// <summary>An engine of this process's own, whatever is configured: for what nobody else shall see.</summary>
    public static async Task<TemporalTarget> StartEngineAsync(CancellationToken cancellationToken)
    {
        var engine = await EmbeddedEngine.StartAsync(
            new EmbeddedEngineOptions { SearchAttributes = ConnectorSearchAttributes.All, LoggerFactory = CoreLogs.Factory }, cancellationToken);
        try
        {
            return await ConnectAsync(engine, cancellationToken);
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }
    }

    private static async Task<TemporalTarget> ConnectAsync(EmbeddedEngine engine, CancellationToken cancellationToken)
    {
        var connect = ConnectorWorkerServiceCollectionExtensions.WithConverter(
            new TemporalClientConnectOptions(engine.Address) { Namespace = engine.Namespace, Runtime = CoreLogs.Runtime });
        return new(
            await TemporalClient.ConnectAsync(connect).WaitAsync(cancellationToken),
            new ConnectorWorkerSettings(connect, [TaskQueues.Main]),
            TaskQueues.Main,
            engine);
    }
}
