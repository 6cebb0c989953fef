using System.IO.Compression;
using System.Text;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Tests.Fakes;

/// <summary>A planned run over files in memory, for the steps that read.</summary>
internal sealed class ReadingRun
{
    private const string Prefix = "etl_jobs/related_items/shop/";

    private readonly List<string> _batchFiles = [];
    private readonly List<string> _mappingFiles = [];

    public FakeObjectStore Store { get; } = new();

    public FakeObjectStore Input { get; } = new();

    public RunKeys Keys { get; } = new(Prefix, "20261124T120000Z-0123abcd");

    public bool ItemKeyed { get; set; }

    public int ShardBits { get; set; } = 2;

    public bool SaveErrors { get; set; }

    public bool NeedsScores { get; set; } = true;

    public bool OverrideGuards { get; set; }

    public Guards Guards { get; set; } = new();

    /// <summary>Null: every file is a chunk.</summary>
    public IReadOnlyList<PlannedChunk>? Chunks { get; set; }

    public static byte[] Gzip(ReadOnlySpan<byte> content)
    {
        using var target = new MemoryStream();
        using (var zipped = new GZipStream(target, CompressionLevel.Fastest))
        {
            zipped.Write(content);
        }

        return target.ToArray();
    }

    public ReadingRun WithBatch(string name, byte[] content)
    {
        _batchFiles.Add("batch/" + name);
        Input.Put(_batchFiles[^1], content);
        return this;
    }

    public ReadingRun WithBatch(string name, string content) => WithBatch(name, Encoding.UTF8.GetBytes(content));

    public ReadingRun WithMapping(string name, byte[] content)
    {
        _mappingFiles.Add(RunKeys.MappingOf(Prefix) + name);
        Store.Put(_mappingFiles[^1], content);
        return this;
    }

    public ReadingRun WithMapping(string name, string content) => WithMapping(name, Encoding.UTF8.GetBytes(content));

    public async Task<OpenedRun> OpenAsync()
    {
        var batch = await PlannedAsync(Input, _batchFiles);
        var mapping = await PlannedAsync(Store, _mappingFiles);
        var plan = new RunPlan
        {
            RunId = Keys.RunId,
            StartedAt = Keys.StartedAt,
            JobType = ItemKeyed ? "related_items" : "user_personalization",
            JobName = "shop",
            ItemKeyed = ItemKeyed,
            Config = "{}",
            ShardBits = ShardBits,
            BatchFiles = batch,
            MappingFiles = mapping,
            Chunks = Chunks ?? Whole(batch),
            MappingChunks = Whole(mapping),
            OverrideGuards = OverrideGuards,
        };
        var configuration = new JobConfiguration
        {
            BatchInferencePath = "batch/",
            SaveBatchInferenceErrors = SaveErrors,
            Guards = Guards,
            Connectors = [new() { Name = "braze", Type = "braze", IncludeScores = NeedsScores }],
        };
        return new(new(Store, "fake://root/" + Prefix.TrimEnd('/'), Prefix, plan.JobType, plan.JobName), Keys, plan, configuration, Input);
    }

    /// <summary>Every staged line of a chunk as text, in order of position.</summary>
    public async Task<IReadOnlyList<string>> StagedAsync(int chunk)
    {
        var staged = await SectionedObject.OpenAsync(Store, Keys.Chunk(chunk), CancellationToken.None);
        var dictionary = await DictionaryAsync(staged, ChunkSections.Dictionary);
        var lines = new SortedDictionary<long, string>();
        for (var shard = 0; shard < 1 << ShardBits; shard++)
        {
            using var bytes = new ByteWriter();
            await staged.ReadAsync(ChunkSections.Shard(shard), bytes, CancellationToken.None);
            var items = 0;
            var reader = new ByteReader(bytes.Written);
            while (!reader.AtEnd)
            {
                var line = StagedLine.Read(ref reader);
                Assert.Equal(shard, IdHash.Shard(IdHash.Of(line.QueryId), ShardBits));
                lines.Add(line.Position, Show(line, dictionary));
                items++;
            }

            Assert.Equal(items, staged.Index.ItemsOf(ChunkSections.Shard(shard)));
        }

        return [.. lines.Values];
    }

    public static async Task<IReadOnlyList<string>> DictionaryAsync(SectionedObject staged, int section)
    {
        using var bytes = new ByteWriter();
        await staged.ReadAsync(section, bytes, CancellationToken.None);
        var ids = new List<string>();
        var reader = new ByteReader(bytes.Written);
        while (!reader.AtEnd)
        {
            ids.Add(Encoding.UTF8.GetString(reader.ReadBytes()));
        }

        Assert.Equal(ids.Count, staged.Index.ItemsOf(section));
        return ids;
    }

    /// <summary><c>query=a:score,b</c>, <c>query!</c> for an error, the theme behind it.</summary>
    public static string Show(StagedLine line, IReadOnlyList<string> dictionary)
    {
        var query = Encoding.UTF8.GetString(line.QueryId);
        if (line.IsError)
        {
            return query + "!";
        }

        var items = new List<string>();
        var recommendations = line.Recommendations;
        while (recommendations.TryRead(out var code, out var score))
        {
            items.Add(dictionary[code] + (score.IsEmpty ? "" : ":" + Encoding.UTF8.GetString(score)));
        }

        return $"{query}={string.Join(',', items)}{Encoding.UTF8.GetString(line.Theme)}";
    }

    private static async Task<IReadOnlyList<PlannedFile>> PlannedAsync(FakeObjectStore store, List<string> keys)
    {
        var files = new List<PlannedFile>();
        foreach (var key in keys)
        {
            var entry = await store.FindAsync(key, CancellationToken.None);
            files.Add(new(key, entry!.Size, entry.ETag));
        }

        return files;
    }

    private static PlannedChunk[] Whole(IReadOnlyList<PlannedFile> files) =>
        [.. files.Select((file, index) => new PlannedChunk([new(index, 0, file.Size)]))];
}
