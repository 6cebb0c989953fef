using System.Text.Json;
using PersonalizeConnectors.Benchmarks.Data;

namespace PersonalizeConnectors.Benchmarks.Pipeline;

/// <summary>Runs all contestants on one generated job, one after another, and compares their records.</summary>
internal static class PipelineCommand
{
    private const int Disagreement = 1;

    /// <returns>0; another number where the outputs differ or a contestant failed.</returns>
    public static async Task<int> RunAsync(PipelineOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("personalize-benchmark-").FullName;
        if (options.Folder != Path.GetTempPath())
        {
            Directory.Delete(folder);
            folder = Path.Join(options.Folder, "personalize-benchmark-" + Environment.ProcessId);
        }

        try
        {
            return await RunAsync(options, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Leaves a job in a folder, to be run under a profiler.</summary>
    public static int Generate(string folder, PipelineOptions options)
    {
        Console.Out.WriteLine(GeneratedJob.Create(folder, options.Size).JobPath);
        return 0;
    }

    private static async Task<int> RunAsync(PipelineOptions options, string folder)
    {
        Note($"generating {options.Size.Users:N0} users × {options.Size.Recommendations}, {options.Size.Items:N0} items");
        var job = GeneratedJob.Create(Path.Join(folder, "root"), options.Size);
        var before = Machine.Load();
        Note("this program");
        var first = await ProgramRun.RunAsync(job.JobPath);
        Note("this program, nothing changed");
        var second = await ProgramRun.RunAsync(job.JobPath);
        Note("floor");
        var floor = Succeeded(await Children.StartAsync("floor", job.Output, Path.Join(folder, "floor"), job.BatchFile, job.CatalogFile));
        Directory.Delete(Path.Join(folder, "floor"), recursive: true);
        RecordSet? ours = null;

        var rivals = new List<Rival>();
        var agrees = await CompareAsync("naive", "naive script", "line by line, JsonDocument, text building, one GZipStream level 1; C#, one thread");
        agrees &= await CompareAsync("duckdb", "DuckDB", "read_json, each item to JSON text once, unnest, join, list, COPY to one gzip file; all cores, half of the memory");
        var floorTimes = JsonSerializer.Deserialize<FloorTimes>(floor.Output)!;
        await PipelineTable.WriteAsync(new(options.Size, job, first, second, floorTimes, first.Records, rivals, $"{before}, {Machine.Load()}"), options.Results);
        return agrees ? 0 : Disagreement;

        async Task<bool> CompareAsync(string name, string title, string what)
        {
            if (!options.Includes(name))
            {
                return true;
            }

            Note(title);
            var target = Path.Join(folder, name);
            var cost = await Children.StartAsync(name, job.BatchFile, job.CatalogFile, target);
            if (name == "duckdb" && cost.ExitCode == DuckDbRun.OutOfMemory)
            {
                rivals.Add(new(title, what, cost, 0, "out of memory"));
                return true;
            }

            Succeeded(cost);
            var bytes = PlainParts.FilesOf(target).Sum(f => new FileInfo(f).Length);
            var found = RecordSet.Of(target);
            var expected = ours ??= RecordSet.Of(job.Output);
            rivals.Add(new(title, what, cost, bytes, found == expected ? "same records" : $"OTHER RECORDS ({found.Records:N0})"));
            Directory.Delete(target, recursive: true);
            return found == expected;
        }
    }

    private static ProcessCost Succeeded(ProcessCost cost) =>
        cost.ExitCode == 0 ? cost : throw new InvalidOperationException($"A contestant ended with {cost.ExitCode}: {cost.Error}");

    private static void Note(string text) => Console.Error.WriteLine(text + " …");
}
