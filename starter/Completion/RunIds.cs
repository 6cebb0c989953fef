using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Starter.Completion;

/// <summary>Ids of a local job's runs for a shell's completion.</summary>
internal static class RunIds
{
    public static IEnumerable<string> Complete(string? job)
    {
        var folder = job is null ? null : Path.Combine(job, RunKeys.RunsOf(""));
        return Directory.Exists(folder)
            ? Directory.GetDirectories(folder).Select(run => Path.GetFileName(run)).Where(run => RunKeys.TryParseRunId(run, out _)).OrderDescending(StringComparer.Ordinal)
            : [];
    }
}
