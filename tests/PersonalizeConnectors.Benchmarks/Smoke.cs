using BenchmarkDotNet.Running;
using PersonalizeConnectors.Benchmarks.Data;
using PersonalizeConnectors.Benchmarks.Operations;
using PersonalizeConnectors.Benchmarks.Pipeline;

namespace PersonalizeConnectors.Benchmarks;

/// <summary>Everything here, small: shows that it runs and that the outputs agree, and measures nothing.</summary>
internal static class Smoke
{
    private static readonly JobSize Size = new(Users: 2000, Recommendations: 25, Items: 1000, IsTexty: true, Seed: 1);

    public static async Task<int> RunAsync()
    {
        var summaries = BenchmarkRunner.Run(typeof(Smoke).Assembly, BenchmarkSettings.Small());
        var failed = summaries.Any(s => s.HasCriticalValidationErrors || s.Reports.Any(r => !r.Success) || s.BenchmarksCases.Length == 0);
        var pipeline = await PipelineCommand.RunAsync(PipelineOptions.Of(Size));
        return failed ? 1 : pipeline;
    }
}
