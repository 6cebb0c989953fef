using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using PersonalizeConnectors.Benchmarks.Data;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Benchmarks.Operations;

/// <summary>A line of batch output to the codes of its items: what Load does most of its time.</summary>
public class LineScanBenchmarks
{
    private const int Lines = 2000;

    private readonly Dictionary<string, int> _slowTable = [];
    private readonly IdTable _table = new();
    private readonly BatchLineScanner _scanner = new(itemKeyed: false);
    private readonly int[] _codes = new int[64];
    private byte[] _text = [];

    [GlobalSetup]
    public void Setup()
    {
        var path = Path.GetTempFileName();
        BatchOutputFile.Write(path, new JobSize(Lines, 25, BenchmarkSettings.CatalogItems, IsTexty: false, Seed: 1));
        _text = File.ReadAllBytes(path);
        File.Delete(path);
        ThroughputColumn.Set<LineScanBenchmarks>(_text.Length / (double)Lines);
    }

    [GlobalCleanup]
    public void Cleanup() => _scanner.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = Lines)]
    public long Documents()
    {
        long sum = 0;
        using var lines = new StreamReader(new MemoryStream(_text), Encoding.UTF8);
        while (lines.ReadLine() is { } line)
        {
            using var document = JsonDocument.Parse(line);
            foreach (var item in document.RootElement.GetProperty("output").GetProperty("recommendedItems").EnumerateArray())
            {
                var id = item.GetString()!;
                if (!_slowTable.TryGetValue(id, out var code))
                {
                    _slowTable.Add(id, code = _slowTable.Count);
                }

                sum += code;
            }
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Lines)]
    public async Task<long> Scanner()
    {
        long sum = 0;
        using var lines = new LineReader(new MemoryStream(_text));
        while (await lines.FillAsync(CancellationToken.None))
        {
            sum += Scan(lines);
        }

        return sum;
    }

    private long Scan(LineReader lines)
    {
        long sum = 0;
        while (lines.TryRead(out var line))
        {
            var result = _scanner.Scan(line);
            result.Resolve(_table, _codes);
            for (var i = 0; i < result.Count; i++)
            {
                sum += _codes[i];
            }
        }

        return sum;
    }
}
