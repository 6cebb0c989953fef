using Temporalio.Client;

namespace PersonalizeConnectors.Worker;

/// <summary>What a worker needs to know beside configuration: which service, which queues.</summary>
/// <param name="Connect">Address, namespace, credentials. Its converter is replaced by the project's own.</param>
/// <param name="TaskQueues">Queues to poll; each brings its delivery queue with it.</param>
public sealed record ConnectorWorkerSettings(TemporalClientConnectOptions Connect, IReadOnlyList<string> TaskQueues)
{
    /// <summary>A worker of a service: jobs anywhere, and those on this host's own disks.</summary>
    public static ConnectorWorkerSettings ForService(TemporalClientConnectOptions connect) =>
        new(connect, [Workflows.Contracts.TaskQueues.Main, Workflows.Contracts.TaskQueues.ForHost(Environment.MachineName)]);
}
