using System.Globalization;
using PersonalizeConnectors.Benchmarks.Data;

namespace PersonalizeConnectors.Benchmarks.Operations;

/// <summary>
/// Processor time of each data step over a whole job, on one thread and without Temporal: the least of several rounds, which says more than a
/// wall clock on a machine that others use too.
/// </summary>
internal static class StepTimes
{
    public static async Task<int> RunAsync(JobSize size, int rounds)
    {
        using var job = await StagedJob.CreateAsync(size);
        (string Name, Func<Task> Run)[] steps =
            [("Load", job.LoadAsync), ("Decorate", job.DecorateAsync), ("Delta", job.DeltaAsync), ("Write", job.WriteAsync)];
        var best = new TimeSpan[steps.Length];
        Array.Fill(best, TimeSpan.MaxValue);
        for (var round = 0; round < rounds; round++)
        {
            for (var step = 0; step < steps.Length; step++)
            {
                var before = Environment.CpuUsage.TotalTime;
                await steps[step].Run();
                var took = Environment.CpuUsage.TotalTime - before;
                best[step] = took < best[step] ? took : best[step];
            }
        }

        for (var step = 0; step < steps.Length; step++)
        {
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{steps[step].Name,-9} {best[step].TotalSeconds,6:0.00} s {best[step].TotalMicroseconds / size.Users,6:0.00} µs/user"));
        }

        return 0;
    }
}
