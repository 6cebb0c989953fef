using System.Globalization;
using System.Text;
using PersonalizeConnectors.Benchmarks.Data;

namespace PersonalizeConnectors.Benchmarks.Pipeline;

/// <summary>One contestant beside this program and the floor.</summary>
internal sealed record Rival(string Title, string What, ProcessCost Cost, long BytesOut, string Agreement);

/// <summary>What one pipeline run measured, on one machine.</summary>
internal sealed record PipelineTimes(
    JobSize Size, GeneratedJob Job, ProgramRun First, ProgramRun Second, FloorTimes Floor, ProcessCost FloorCost, long Records, IReadOnlyList<Rival> Rivals)
{
    /// <summary>What the gate is about: Load to Write as a multiple of the floor.</summary>
    public double Ratio => First.LoadToWriteSeconds / Floor.Seconds;
}

/// <summary>Writes the table, to standard output and, where asked, below a folder of results.</summary>
internal static class PipelineTable
{
    public static async Task WriteAsync(PipelineTimes times, string? results)
    {
        var text = Render(times);
        await Console.Out.WriteAsync(text);
        if (results is null)
        {
            return;
        }

        var path = Path.Join(results, Machine.Folder, $"pipeline-{times.Size.Users}-users-{times.Size.Catalog}.md");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text);
    }

    private static string Render(PipelineTimes times)
    {
        var (size, job, floor) = (times.Size, times.Job, times.Floor);
        var text = new StringBuilder();
        Line($"# {size.Users:N0} users × {size.Recommendations} recommendations, {size.Items:N0} items, {size.Catalog} catalog, seed {size.Seed}");
        Line($"");
        Line($"{Machine.Description}. One run each, one after another, input in the page cache. {Build}");
        Line($"In: {Megabytes(job.BatchBytes)} batch output, {Megabytes(job.CatalogBytes)} catalog. Records: {times.Records:N0}, {Megabytes(floor.PlainBytes)} before gzip.");
        Line($"");
        Line($"| | wall s | CPU s | peak MB | MB out | × floor | records |");
        Line($"|---|--:|--:|--:|--:|--:|---|");
        Row("floor", floor.Seconds, times.FloorCost.CpuSeconds, 0, floor.CompressedBytes, "");
        Row("this program, Load to Write", times.First.LoadToWriteSeconds, double.NaN, 0, BytesOut(job.Output), "");
        Row("this program, all of `run`", times.First.Cost.Seconds, times.First.Cost.CpuSeconds, times.First.Cost.PeakBytes, BytesOut(job.Output), "");
        Row("this program, nothing changed", times.Second.Cost.Seconds, times.Second.Cost.CpuSeconds, times.Second.Cost.PeakBytes, 0, "");
        foreach (var rival in times.Rivals)
        {
            Row(rival.Title, rival.Cost.Seconds, rival.Cost.CpuSeconds, rival.Cost.PeakBytes, rival.BytesOut, rival.Agreement);
        }

        Line($"");
        Line($"Steps of this program, seconds: {Steps(times.First)}. Nothing changed: {Steps(times.Second)}.");
        Line($"");
        Line($"- floor: every input byte read once ({floor.ReadSeconds:0.00} s), the program's own output bytes through GZipStream level 1 from memory into files ({floor.WriteSeconds:0.00} s), all cores, not made durable; its CPU includes unpacking these bytes, its wall time does not.");
        Line($"- this program: `personalize-connectors run` as a process of its own, `delivery: none`; start-up, the Temporal service where it is in the process, delta against sync state and fsync included. CPU and peak are of this process.");
        foreach (var rival in times.Rivals)
        {
            Line($"- {rival.Title}: {rival.What}.");
        }

        return text.ToString();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

        void Row(string title, double wall, double cpu, long peak, long bytes, string agreement) => Line(
            $"| {title} | {wall:0.00} | {(double.IsNaN(cpu) ? "" : cpu.ToString("0.0", CultureInfo.InvariantCulture))} | {(peak == 0 ? "" : (peak >> 20).ToString(CultureInfo.InvariantCulture))} | {(bytes == 0 ? "" : (bytes / 1_000_000).ToString(CultureInfo.InvariantCulture))} | {wall / floor.Seconds:0.00} | {agreement} |");
    }

    private static string Build =>
#if DEBUG
        "DEBUG BUILD: these times mean nothing.";
#else
        "Release build.";
#endif

    private static string Steps(ProgramRun run) =>
        string.Join(", ", run.Steps.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key} {s.Value:0.00}")));

    private static long BytesOut(string folder) => PlainParts.FilesOf(folder).Sum(f => new FileInfo(f).Length);

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");
}
