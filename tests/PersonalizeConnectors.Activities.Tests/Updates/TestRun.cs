using System.Text;
using PersonalizeConnectors.Activities.Decorate;
using PersonalizeConnectors.Activities.Delta;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Tests.Fakes;
using PersonalizeConnectors.Activities.Write;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.Updates;

/// <summary>A run whose staging is written by the test: batch output, mapping, metadata and state in, updates and records out.</summary>
internal sealed class TestRun : IDisposable
{
    public const string Connector = "braze";
    public const string JobPrefix = "etl_jobs/related_items/shop/";
    public const string RunId = "20261123T020000Z-0123abcd";

    private readonly RunKeys _keys = new(JobPrefix, RunId);
    private readonly List<PlannedFile> _metadata = [];
    private int _chunks;
    private int _mappingChunks;

    public FakeObjectStore Store { get; } = new();

    public FakeScratch Scratch { get; } = new();

    public FakeStateStore State { get; } = new();

    public ConnectorConfiguration Settings { get; set; } = new() { Name = Connector, Type = "braze" };

    public bool ItemKeyed { get; init; }

    public int ShardBits { get; init; }

    public bool HasMetadata { get; set; }

    public bool FullResync { get; set; }

    public string[]? Users { get; set; }

    public long? Limit { get; set; }

    public DateTimeOffset StartedAt { get; set; } = new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);

    public RunKeys Keys => _keys;

    public OpenedRun Open()
    {
        var nothing = new PlannedChunk([]);
        var plan = new RunPlan
        {
            RunId = RunId,
            StartedAt = StartedAt,
            JobType = ItemKeyed ? "related_items" : "user_personalization",
            JobName = "shop",
            ItemKeyed = ItemKeyed,
            Config = "{}",
            ShardBits = ShardBits,
            BatchFiles = [],
            MetadataFiles = _metadata,
            HasMetadata = HasMetadata,
            Chunks = [.. Enumerable.Repeat(nothing, _chunks)],
            MappingChunks = [.. Enumerable.Repeat(nothing, _mappingChunks)],
            FullResync = FullResync,
            Users = Users,
            Limit = Limit,
        };
        return new(
            new JobLocation(Store, $"{Store.Address}/{JobPrefix.TrimEnd('/')}", JobPrefix, plan.JobType, plan.JobName),
            _keys, plan, new JobConfiguration { BatchInferencePath = "batch/", Connectors = [Settings] }, Store);
    }

    public async Task AddMetadataAsync(string name, byte[] content)
    {
        var key = RunKeys.MetadataOf(JobPrefix) + name;
        Store.Put(key, content);
        _metadata.Add(new(key, content.Length, (await Store.FindAsync(key, CancellationToken.None))!.ETag));
        HasMetadata = true;
    }

    public Task AddMetadataAsync(string name, string content) => AddMetadataAsync(name, Encoding.UTF8.GetBytes(content));

    /// <summary>Writes a chunk of a user-keyed job.</summary>
    public async Task AddChunkAsync(params TestLine[] lines)
    {
        var dictionary = new IdTable();
        await using var target = await SectionedWriter.CreateAsync(Store, _keys.Chunk(_chunks++), CancellationToken.None);
        using var block = new ByteWriter();
        foreach (var shard in lines.Index().GroupBy(l => ShardOf(l.Item.Query)))
        {
            block.Clear();
            foreach (var (position, line) in shard)
            {
                line.Write(block, dictionary, position);
            }

            await target.WriteAsync(ChunkSections.Shard(shard.Key), block.WrittenMemory, shard.Count(), CancellationToken.None);
        }

        await WriteDictionaryAsync(target, ChunkSections.Dictionary, dictionary);
        await target.CommitAsync(CancellationToken.None);
    }

    /// <summary>Writes the table of an item-keyed job: one line a query item.</summary>
    public async Task WriteTableAsync(params TestLine[] lines)
    {
        var dictionary = new IdTable();
        await using var target = await SectionedWriter.CreateAsync(Store, _keys.Table, CancellationToken.None);
        using var block = new ByteWriter();
        using var entries = new ByteWriter();
        foreach (var line in lines.OrderBy(l => IdHash.Of(Encoding.UTF8.GetBytes(l.Query))))
        {
            entries.WriteUInt64(IdHash.Of(Encoding.UTF8.GetBytes(line.Query)));
            entries.WriteUInt64((ulong)block.Length);
            line.Write(block, dictionary, 0);
        }

        await WriteDictionaryAsync(target, ItemTable.DictionarySection, dictionary);
        await target.WriteAsync(ItemTable.EntriesSection, entries.WrittenMemory, lines.Length, CancellationToken.None);
        await target.WriteAsync(ItemTable.LinesSection, block.WrittenMemory, lines.Length, CancellationToken.None);
        await target.CommitAsync(CancellationToken.None);
    }

    /// <summary>Writes a chunk of the mapping; the table must be there.</summary>
    public async Task AddMappingAsync(params (string User, string Item)[] rows)
    {
        using var lease = await Scratch.MapAsync(Store, _keys.Table, RunId, CancellationToken.None);
        var table = new ItemTable(lease.File);
        var seen = new byte[(table.Count + 7) / 8];
        await using var target = await SectionedWriter.CreateAsync(Store, _keys.MappingChunk(_mappingChunks++), CancellationToken.None);
        using var block = new ByteWriter();
        foreach (var shard in rows.Index().GroupBy(r => ShardOf(r.Item.User)))
        {
            block.Clear();
            foreach (var (position, row) in shard)
            {
                var item = table.Find(Encoding.UTF8.GetBytes(row.Item));
                new MappingRow(Encoding.UTF8.GetBytes(row.User), position, item).Write(block);
                if (item >= 0)
                {
                    seen[item >> 3] |= (byte)(1 << (item & 7));
                }
            }

            await target.WriteAsync(MappingSections.Shard(shard.Key), block.WrittenMemory, shard.Count(), CancellationToken.None);
        }

        await target.WriteAsync(MappingSections.SeenItems, seen, table.Count, CancellationToken.None);
        await target.CommitAsync(CancellationToken.None);
    }

    public Task<DecorateResult> DecorateAsync() => new DecorateStep(Scratch).RunAsync(Open(), Connector, StepContext.None);

    /// <summary>Runs Decorate, and Delta for one shard.</summary>
    public async Task<DeltaResult> DeltaAsync(int shard = 0)
    {
        await DecorateAsync();
        return await new DeltaStep(Scratch, State).RunAsync(Open(), new(new("job", RunId), Connector, shard, Limit), StepContext.None);
    }

    /// <summary>Runs Write for one shard; Delta must have run.</summary>
    public Task<WriteResult> WriteAsync(int shard = 0) =>
        new WriteStep(Scratch).RunAsync(Open(), new(new("job", RunId), Connector, shard), StepContext.None);

    /// <summary>Runs Delta, takes what it sends as accepted, and forgets the run's input.</summary>
    public async Task AcceptAsync(int day = 20_000)
    {
        await DeltaAsync();
        foreach (var update in await UpdatesAsync())
        {
            State.Set(update.User, update.Fingerprint, day);
        }

        _chunks = 0;
        _mappingChunks = 0;
    }

    public async Task<List<TestUpdate>> UpdatesAsync(int shard = 0)
    {
        var source = await SectionedObject.OpenAsync(Store, _keys.Updates(Connector, shard), CancellationToken.None);
        using var lease = await Scratch.MapAsync(Store, _keys.Catalog(Connector), RunId, CancellationToken.None);
        var catalog = new Catalog(lease.File);
        using var tableLease = ItemKeyed ? await Scratch.MapAsync(Store, _keys.Table, RunId, CancellationToken.None) : null;
        var table = tableLease is null ? null : new ItemTable(tableLease.File);
        var updates = new List<TestUpdate>();
        foreach (var block in source.Index.Of(UpdateRecord.Section))
        {
            using var bytes = new ByteWriter();
            await source.ReadAsync(block, bytes, CancellationToken.None);
            var before = updates.Count;
            Read(bytes.Written, catalog, table, updates);
            Assert.Equal(block.Items, updates.Count - before);
            Assert.InRange(block.Items, 1, UpdateRecord.PerBlock);
        }

        return updates;
    }

    public void Dispose() => Scratch.Dispose();

    private static void Read(ReadOnlySpan<byte> bytes, Catalog catalog, ItemTable? table, List<TestUpdate> updates)
    {
        using var list = new RecommendationBuffer();
        var queryItems = new List<int>();
        var reader = new ByteReader(bytes);
        while (!reader.AtEnd)
        {
            var update = UpdateRecord.Read(ref reader, list, queryItems);
            var places = Enumerable.Range(0, list.Count).ToArray();
            updates.Add(new(
                Text(update.UserId), update.Operation, update.Fingerprint,
                [.. places.Select(i => Text(catalog.Item(list.Item(i)).Id))],
                [.. places.Select(i => Text(list.Score(i)))],
                table is null ? [] : [.. places.Select(i => Text(table.Line(queryItems[list.QueryItem(i)]).QueryId))],
                update.Theme.IsEmpty ? null : Text(update.Theme)));
        }
    }

    private int ShardOf(string id) => IdHash.Shard(IdHash.Of(Encoding.UTF8.GetBytes(id)), ShardBits);

    private static async Task WriteDictionaryAsync(SectionedWriter target, int section, IdTable dictionary)
    {
        using var block = new ByteWriter();
        for (var i = 0; i < dictionary.Count; i++)
        {
            block.WriteBytes(dictionary[i]);
        }

        await target.WriteAsync(section, block.WrittenMemory, dictionary.Count, CancellationToken.None);
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
