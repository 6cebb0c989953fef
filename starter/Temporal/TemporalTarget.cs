using PersonalizeConnectors.Worker;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Client;
using Temporalio.Common.EnvConfig;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Starter.Temporal;

/// <summary>The Temporal that a command talks to: a configured service, or a server of this process's own for one run.</summary>
internal sealed class TemporalTarget : IAsyncDisposable
{
    private readonly LocalServer? _server;

    private TemporalTarget(ITemporalClient client, ConnectorWorkerSettings worker, string taskQueue, LocalServer? server)
    {
        Client = client;
        WorkerSettings = worker;
        TaskQueue = taskQueue;
        _server = server;
    }

    public ITemporalClient Client { get; }

    public ConnectorWorkerSettings WorkerSettings { get; }

    /// <summary>Where this job's workflow is started.</summary>
    public string TaskQueue { get; }

    /// <summary>True where nothing outlives this process, so that it has to host the worker.</summary>
    public bool IsOwn => _server is not null;

    /// <summary>True once a server of this process's own has ended: it does not come back.</summary>
    public bool IsGone => _server is { HasEnded: true };

    /// <summary>Connects as Temporal's own tools do (TEMPORAL_ADDRESS, profiles), or starts a server where nothing is configured.</summary>
    /// <param name="isLocalJob">The job lies on this host's disks, so that only workers here can run it.</param>
    /// <exception cref="TemporalUnreachableException">No service there, or no program to start one.</exception>
    public static async Task<TemporalTarget> ConnectAsync(bool isLocalJob, CancellationToken cancellationToken)
    {
        var connect = ConnectorWorkerServiceCollectionExtensions.WithConverter(ClientEnvConfig.LoadClientConnectOptions());
        connect.Runtime = CoreLogs.Runtime;
        return string.IsNullOrEmpty(connect.TargetHost)
            ? await StartOwnAsync(connect, cancellationToken)
            : new(
                await ConnectAsync(connect, cancellationToken),
                ConnectorWorkerSettings.ForService(connect),
                isLocalJob ? TaskQueues.ForHost(Environment.MachineName) : TaskQueues.Main,
                server: null);
    }

    /// <summary>One of this process's own, whatever is configured: for what nobody else shall see.</summary>
    public static Task<TemporalTarget> StartOwnAsync(CancellationToken cancellationToken) =>
        StartOwnAsync(
            ConnectorWorkerServiceCollectionExtensions.WithConverter(new TemporalClientConnectOptions { Runtime = CoreLogs.Runtime }), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private static async Task<TemporalTarget> StartOwnAsync(TemporalClientConnectOptions connect, CancellationToken cancellationToken)
    {
        var server = await LocalServer.StartAsync(cancellationToken);
        connect.TargetHost = server.Address;
        return new(server.Client, new ConnectorWorkerSettings(connect, $"own:{Guid.NewGuid():N}", [TaskQueues.Main]), TaskQueues.Main, server);
    }

    private static async Task<ITemporalClient> ConnectAsync(TemporalClientConnectOptions connect, CancellationToken cancellationToken)
    {
        try
        {
            // An address that swallows packets would hold a connect for minutes; ten seconds are plenty for a service that is there.
            return await TemporalClient.ConnectAsync(connect).WaitAsync(TimeSpan.FromSeconds(10), cancellationToken);
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException or TimeoutException)
        {
            throw new TemporalUnreachableException(
                $"Temporal at {connect.TargetHost} (namespace {connect.Namespace}) cannot be reached. Check TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY and TEMPORAL_TLS, and that the service is up.", e);
        }
    }
}

/// <summary>Temporal is not there; exit code 4.</summary>
internal sealed class TemporalUnreachableException(string message, Exception? cause = null) : Exception(message, cause);
