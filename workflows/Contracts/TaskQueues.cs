namespace PersonalizeConnectors.Workflows.Contracts;

/// <summary>Names of the task queues; a contract with every starter and worker.</summary>
public static class TaskQueues
{
    /// <summary>Workflows and data steps.</summary>
    public const string Main = "personalize-connectors";

    private const string DeliverSuffix = "-deliver";

    /// <summary>Workflows and data steps of jobs on a local path, when a service may have workers elsewhere.</summary>
    public static string ForHost(string host) => $"{Main}@{host}";

    /// <summary>Delivery steps of the workflows on <paramref name="queue"/>: their own slots, so that waiting for a rate never holds up data.</summary>
    public static string DeliverOf(string queue) =>
        queue.StartsWith(Main, StringComparison.Ordinal) ? string.Concat(Main, DeliverSuffix, queue.AsSpan(Main.Length)) : queue + DeliverSuffix;
}
