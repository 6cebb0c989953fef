using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace PersonalizeConnectors.Benchmarks.Operations;

/// <summary>MB/s of the benchmark classes that say how many bytes a record has.</summary>
internal sealed class ThroughputColumn : IColumn
{
    private static readonly Dictionary<Type, double> BytesPerRecord = [];

    public string Id => nameof(ThroughputColumn);

    public string ColumnName => "MB/s";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "Megabytes (10^6) of input or output a second";

    /// <summary>Called by a benchmark's setup.</summary>
    public static void Set<T>(double bytesPerRecord) => BytesPerRecord[typeof(T)] = bytesPerRecord;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        BytesPerRecord.TryGetValue(benchmarkCase.Descriptor.Type, out var bytes) && summary[benchmarkCase]?.ResultStatistics is { } result
            ? (bytes * 1000 / result.Mean).ToString("N0", CultureInfo.InvariantCulture)
            : "";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public bool IsAvailable(Summary summary) => true;
}
