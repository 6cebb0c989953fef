using PersonalizeConnectors.Workflows.Jobs;

namespace PersonalizeConnectors.Workflows.Delivery;

/// <summary>The one workflow id of a connector's drain: the drain that has it is the only one.</summary>
public static class DrainId
{
    private const string Prefix = "queue-drain:";

    public static string Of(string jobPath, string connector) => $"{Prefix}{JobId.Of(jobPath)["job:".Length..]}:{connector}";
}
