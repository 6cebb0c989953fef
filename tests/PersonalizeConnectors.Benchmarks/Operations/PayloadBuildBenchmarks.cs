using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using PersonalizeConnectors.Activities.Deliver;
using PersonalizeConnectors.Activities.Deliver.Braze;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Benchmarks.Operations;

/// <summary>A user's list to the object in Braze's request; Braze's own limits are checked on our side alone.</summary>
public class PayloadBuildBenchmarks
{
    private const int Users = 5000;

    private readonly ByteWriter _target = new(64 * 1024);
    private readonly HashSet<string> _names = [];
    private StagedCatalog _staged = null!;
    private BrazePayloadWriter _writer = null!;

    [Params(AttributeShape.ParallelArrays, AttributeShape.ArrayOfObjects)]
    public AttributeShape Shape { get; set; }

    [GlobalSetup]
    public async Task Setup()
    {
        _staged = await StagedCatalog.CreateAsync(Users);
        _writer = new(_staged.Job.Settings with { AttributeShape = Shape }, _staged.Catalog, []);
        ThroughputColumn.Set<PayloadBuildBenchmarks>(Writer() / (double)Users);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _writer.Dispose();
        _staged.Dispose();
        _target.Dispose();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Users)]
    public long Serializer()
    {
        long bytes = 0;
        foreach (var list in _staged.Lists)
        {
            var items = new List<Dictionary<string, object?>>();
            for (var i = 0; i < list.Count; i++)
            {
                items.Add(Decode(list.Item(i)));
            }

            var user = new Dictionary<string, object?> { ["external_id"] = "0123456789abcdef0123456789abcdef" };
            if (Shape == AttributeShape.ArrayOfObjects)
            {
                user["recs_items"] = items;
            }
            else
            {
                foreach (var field in _staged.Catalog.Fields.Append("itemId"))
                {
                    user["recs_" + field] = items.ConvertAll(i => i.GetValueOrDefault(field) ?? "");
                }
            }

            bytes += JsonSerializer.SerializeToUtf8Bytes(user).Length;
        }

        return bytes;
    }

    [Benchmark(OperationsPerInvoke = Users)]
    public long Writer()
    {
        long bytes = 0;
        foreach (var list in _staged.Lists)
        {
            _target.Clear();
            var update = new UserUpdate("0123456789abcdef0123456789abcdef"u8, UpdateOperation.Set, list, [], _staged.Catalog, table: null);
            if (_writer.Write(update, _target, _names) != RenderResult.Ready)
            {
                throw new InvalidOperationException("A generated user is refused.");
            }

            bytes += _target.Length;
        }

        return bytes;
    }

    private Dictionary<string, object?> Decode(int index)
    {
        var item = _staged.Catalog.Item(index);
        var fields = new Dictionary<string, object?>();
        while (item.TryReadValue(out var field, out var json))
        {
            fields[_staged.Catalog.Fields[field]] = JsonSerializer.Deserialize<JsonElement>(json);
        }

        fields["itemId"] = Encoding.UTF8.GetString(item.Id);
        return fields;
    }
}
