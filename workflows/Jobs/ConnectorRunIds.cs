namespace PersonalizeConnectors.Workflows.Jobs;

/// <summary>Workflow ids below a job's.</summary>
public static class ConnectorRunIds
{
    /// <summary>The delivery of one connector in one run.</summary>
    public static string Delivery(string jobId, string runId, string connector) => $"{jobId}/{runId}/{connector}";
}
