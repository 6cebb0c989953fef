using PersonalizeConnectors.Workflows.Jobs;

namespace PersonalizeConnectors.Workflows.Watch;

/// <summary>The one workflow id of a root's watch: the watch that has it is the only one.</summary>
public static class WatchId
{
    private const string Prefix = "output-watch:";

    public static string Of(string root) => Prefix + JobId.Of(root)["job:".Length..];
}
