using System.Globalization;
using System.Text;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using PersonalizeConnectors.Benchmarks.Pipeline;

namespace PersonalizeConnectors.Benchmarks.Operations;

/// <summary>Runs the benchmarks of operations: <c>operations [--filter *Name*] [--results dir]</c>.</summary>
internal static class OperationsCommand
{
    public static int Run(string[] arguments)
    {
        var at = Array.IndexOf(arguments, "--results");
        var results = at >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;
        string[] rest = results is null ? arguments : [.. arguments[..at], .. arguments[(at + 2)..]];
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(OperationsCommand).Assembly)
            .Run(rest.Length == 0 ? ["--filter", "*"] : rest, BenchmarkSettings.Full()).ToList();
        if (results is not null)
        {
            Write(summaries, Path.Join(results, Machine.Folder, "operations.md"));
        }

        return summaries.Count > 0 && summaries.TrueForAll(s => s.Reports.All(r => r.Success)) ? 0 : 1;
    }

    private static void Write(List<BenchmarkDotNet.Reports.Summary> summaries, string path)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Operations, per record\n\n{Machine.Description}. In one process; MB/s of input or output. Load of the machine at the end: {Machine.Load()}.\n");
        foreach (var summary in summaries)
        {
            var table = new AccumulationLogger();
            MarkdownExporter.GitHub.ExportToLog(summary, table);
            var log = table.GetLog();
            text.Append(CultureInfo.InvariantCulture, $"\n## {summary.BenchmarksCases[0].Descriptor.Type.Name}\n\n");
            text.Append(log.AsSpan(log.LastIndexOf("```", StringComparison.Ordinal) + 3).Trim()).Append('\n');
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text.ToString());
    }
}
