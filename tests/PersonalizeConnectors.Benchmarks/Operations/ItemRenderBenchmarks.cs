using System.Text.Json;
using BenchmarkDotNet.Attributes;
using PersonalizeConnectors.Activities.Decorate;
using PersonalizeConnectors.Benchmarks.Data;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Benchmarks.Operations;

/// <summary>A line of item metadata to the rendered item and its hash: Decorate.</summary>
public class ItemRenderBenchmarks
{
    private const int Items = 2000;

    private readonly ItemRenderer _renderer = new(new ConnectorConfiguration { Name = "braze", Type = "braze" });
    private readonly ByteWriter _target = new(1024 * 1024);
    private byte[] _text = [];

    [GlobalSetup]
    public void Setup()
    {
        var path = Path.GetTempFileName();
        CatalogFile.Write(path, new JobSize(0, 0, Items, IsTexty: false, Seed: 1));
        _text = File.ReadAllBytes(path);
        File.Delete(path);
        ThroughputColumn.Set<ItemRenderBenchmarks>(_text.Length / (double)Items);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _renderer.Dispose();
        _target.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Items)]
    public int Documents()
    {
        _target.Clear();
        using var lines = new StreamReader(new MemoryStream(_text));
        using var writer = new Utf8JsonWriter(_target);
        while (lines.ReadLine() is { } line)
        {
            var start = _target.Length;
            using var item = JsonDocument.Parse(line);
            writer.WriteStartObject();
            foreach (var field in item.RootElement.EnumerateObject().Where(f => f.Name != "id"))
            {
                field.WriteTo(writer);
            }

            writer.WriteString("itemId", item.RootElement.GetProperty("id").GetString());
            writer.WriteEndObject();
            writer.Flush();
            writer.Reset();
            _ = Fingerprint.Of(_target.Written[start..]);
        }

        return _target.Length;
    }

    [Benchmark(OperationsPerInvoke = Items)]
    public async Task<int> Renderer()
    {
        _target.Clear();
        using var lines = new MetadataLines(new MemoryStream(_text));
        while (await lines.FillAsync(CancellationToken.None))
        {
            while (lines.TryRead(out var line, out var problem))
            {
                _ = problem is null ? _renderer.Render(lines.Item, line, _target) : throw new InvalidDataException(problem);
            }
        }

        return _target.Length;
    }
}
