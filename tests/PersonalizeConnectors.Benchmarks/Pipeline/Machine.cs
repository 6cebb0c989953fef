using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace PersonalizeConnectors.Benchmarks.Pipeline;

/// <summary>The machine, for the head of a table and the name of its folder.</summary>
internal static partial class Machine
{
    public static string Processor { get; } =
        (File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo") : [])
        .Where(l => l.StartsWith("model name", StringComparison.Ordinal))
        .Select(l => l[(l.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())
        .FirstOrDefault() ?? RuntimeInformation.ProcessArchitecture.ToString();

    public static string Description { get; } =
        $"{Processor}, {Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1_000_000_000} GB, "
        + $"{RuntimeInformation.OSDescription}, .NET {Environment.Version}";

    /// <summary>A folder name.</summary>
    public static string Folder { get; } = NotInName().Replace($"{Processor}-{Environment.ProcessorCount}-cores", "-").Trim('-').ToLowerInvariant();

    [GeneratedRegex("[^A-Za-z0-9.]+")]
    private static partial Regex NotInName();
}
