using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using CsvHelper;
using PersonalizeConnectors.Benchmarks.Data;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Benchmarks.Operations;

/// <summary>Rows of a mapping; the checks of quotes, places and UTF-8 are in our side alone.</summary>
public class CsvRowBenchmarks
{
    private const int Rows = 5000;

    private byte[] _text = [];

    [GlobalSetup]
    public void Setup()
    {
        var text = new StringBuilder("USER_ID,ITEM_ID\n");
        Span<byte> id = stackalloc byte[BenchmarkIds.Length];
        for (var row = 0; row < Rows; row++)
        {
            BenchmarkIds.WriteUser(id, 1, row);
            text.Append(Encoding.ASCII.GetString(id)).Append(',');
            BenchmarkIds.WriteItem(id, 1, row % 500);
            text.Append(Encoding.ASCII.GetString(id)).Append('\n');
        }

        _text = Encoding.ASCII.GetBytes(text.ToString());
        ThroughputColumn.Set<CsvRowBenchmarks>(_text.Length / (double)Rows);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Rows)]
    public async Task<long> CsvHelperReader()
    {
        long sum = 0;
        using var reader = new CsvReader(new StreamReader(new MemoryStream(_text)), CultureInfo.InvariantCulture);
        await reader.ReadAsync();
        reader.ReadHeader();
        while (await reader.ReadAsync())
        {
            sum += reader.GetField(MappingHeader.UserColumn)!.Length + reader.GetField(MappingHeader.ItemColumn)!.Length;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Rows)]
    public async Task<long> Mapping()
    {
        long sum = 0;
        using var rows = new MappingRows(new MemoryStream(_text));
        if ((await rows.ReadHeaderAsync()).Problems is [var problem, ..])
        {
            throw new InvalidOperationException(problem.Found);
        }

        while (await rows.ReadAsync())
        {
            sum += rows.User.Length + rows.Item.Length;
        }

        return sum;
    }
}
