using System.Text.Json;
using BenchmarkDotNet.Attributes;
using PersonalizeConnectors.Activities.Write;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Benchmarks.Operations;

/// <summary>A user's list to the record in the buffer that the compressor gets: Write, without compression.</summary>
public class RecordWriteBenchmarks
{
    private const int Users = 5000;
    private const int BufferSize = 64 * 1024;

    private readonly ByteWriter _target = new(BufferSize * 2);
    private StagedCatalog _staged = null!;
    private RecordRenderer _renderer = null!;

    [GlobalSetup]
    public async Task Setup()
    {
        _staged = await StagedCatalog.CreateAsync(Users);
        _renderer = new(_staged.Job.Run, _staged.Job.Settings, _staged.Catalog);
        ThroughputColumn.Set<RecordWriteBenchmarks>(Renderer() / (double)Users);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _staged.Dispose();
        _target.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Users)]
    public long JsonWriter()
    {
        long bytes = 0;
        using var writer = new Utf8JsonWriter(_target);
        foreach (var list in _staged.Lists)
        {
            writer.WriteStartObject();
            writer.WriteString("queryUserId"u8, "0123456789abcdef0123456789abcdef"u8);
            writer.WriteStartArray("recommendations"u8);
            for (var i = 0; i < list.Count; i++)
            {
                var item = _staged.Catalog.Item(list.Item(i));
                writer.WriteStartObject();
                while (item.TryReadValue(out var field, out var json))
                {
                    writer.WritePropertyName(_staged.Catalog.Fields[field]);
                    writer.WriteRawValue(json, skipInputValidation: true);
                }

                writer.WriteString("itemId"u8, item.Id);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.Flush();
            writer.Reset();
            bytes += Empty();
        }

        return bytes;
    }

    [Benchmark(OperationsPerInvoke = Users)]
    public long Renderer()
    {
        long bytes = 0;
        foreach (var list in _staged.Lists)
        {
            _renderer.Write(_target, "0123456789abcdef0123456789abcdef"u8, list, theme: default);
            bytes += Empty();
        }

        return bytes;
    }

    private int Empty()
    {
        var length = _target.Length;
        _target.Clear();
        return length;
    }
}
