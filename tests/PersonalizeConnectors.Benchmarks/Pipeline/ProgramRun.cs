using System.Text.Json;

namespace PersonalizeConnectors.Benchmarks.Pipeline;

/// <summary>This program's own <c>run</c>, as a process of its own.</summary>
/// <param name="Steps">Seconds by step, as the run's report has them.</param>
/// <param name="Records">As many as the report says were written.</param>
internal sealed record ProgramRun(ProcessCost Cost, IReadOnlyDictionary<string, double> Steps, long Records)
{
    /// <summary>What the gate is about; SplitErrors lies between its ends.</summary>
    private static readonly string[] LoadToWrite = ["Load", "SplitErrors", "Table", "Join", "Decorate", "Delta", "Write"];

    public double LoadToWriteSeconds => LoadToWrite.Sum(step => Steps.GetValueOrDefault(step));

    public static string Program
    {
        get
        {
            // Both were built by one command, side by side.
            var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            var name = OperatingSystem.IsWindows() ? "personalize-connectors.exe" : "personalize-connectors";
            return Path.Join(here.Parent!.Parent!.FullName, "PersonalizeConnectors.Starter", here.Name, name);
        }
    }

    public static async Task<ProgramRun> RunAsync(string jobPath)
    {
        var cost = await MeasuredProcess.RunAsync(Program, ["run", jobPath, "--json"]);
        if (cost.ExitCode != 0)
        {
            throw new InvalidOperationException($"run ended with {cost.ExitCode}: {cost.Error} {cost.Output}");
        }

        using var report = JsonDocument.Parse(cost.Output);
        var steps = report.RootElement.GetProperty("steps").EnumerateArray()
            .ToDictionary(s => s.GetProperty("name").GetString()!, s => s.GetProperty("seconds").GetDouble());
        var records = report.RootElement.GetProperty("connectors").EnumerateObject().Sum(c => c.Value.GetProperty("records").GetInt64());
        return new(cost, steps, records);
    }
}
