using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace PersonalizeConnectors.Benchmarks.Operations;

/// <summary>How the benchmarks of operations run: in this process, so that nothing is generated and built; a few seconds each.</summary>
internal static class BenchmarkSettings
{
    private const int Warmups = 3;
    private const int Iterations = 8;
    private static readonly TimeInterval IterationTime = TimeInterval.FromMilliseconds(200);

    /// <summary>Items of the catalogs: larger than the caches, as a shop's is; few where the benchmarks only have to show that they run.</summary>
    public static long CatalogItems { get; private set; } = 100_000;

    public static IConfig Full() => Of(Job.Default.WithWarmupCount(Warmups).WithIterationCount(Iterations).WithIterationTime(IterationTime)).AddExporter(MarkdownExporter.GitHub);

    public static IConfig Small()
    {
        CatalogItems = 2_000;
        return Of(Job.Dry);
    }

    private static ManualConfig Of(Job job) => ManualConfig.CreateEmpty()
        .AddJob(job.WithToolchain(InProcessEmitToolchain.Instance))
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddColumnProvider(DefaultColumnProviders.Descriptor, DefaultColumnProviders.Statistics, DefaultColumnProviders.Metrics, DefaultColumnProviders.Params)
        .AddColumn(BaselineRatioColumn.RatioMean, new ThroughputColumn())
        .AddLogger(ConsoleLogger.Default)
        .WithOptions(ConfigOptions.DisableLogFile)
        .WithBuildTimeout(TimeSpan.FromMinutes(2));
}
