using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Table;

/// <summary>Makes one table of all chunks of an item-keyed job: query item → its last line, sorted by (hash, id).</summary>
internal sealed class TableBuilder(OpenedRun run, IScratch scratch, StepContext context) : IAsyncDisposable
{
    private const int BlockBytes = 4 * 1024 * 1024;

    private readonly CodeMaps _codes = new(scratch.CreateTemporary(run.Keys.RunId));

    // Entries stand in a section of their own, but are known line by line; 16 bytes a query item.
    private readonly FileStream _entrySpool = scratch.CreateTemporary(run.Keys.RunId);
    private readonly ByteWriter _entries = new();
    private readonly ByteWriter _lines = new(BlockBytes);
    private readonly ByteWriter _list = new();
    private long _linesWritten;
    private long _linesInBlock;
    private long _items;

    public async Task<TableResult> RunAsync()
    {
        var token = context.CancellationToken;
        var chunks = new List<SectionedObject>();
        long bytesIn = 0;
        for (var chunk = 0; chunk < run.Plan.Chunks.Count; chunk++)
        {
            chunks.Add(await SectionedObject.OpenAsync(run.Store, run.Keys.Chunk(chunk), token));
            bytesIn += await _codes.AddAsync(chunks[chunk], token);
            context.Report(0, run.Plan.Shards);
        }

        _codes.Seal();
        await using var target = await SectionedWriter.CreateAsync(run.Store, run.Keys.Table, token);
        using var shardLines = new ShardLines();
        for (var shard = 0; shard < run.Plan.Shards; shard++)
        {
            context.Report(shard, run.Plan.Shards);
            bytesIn += await shardLines.ReadAsync(chunks, shard, token);
            shardLines.KeepLast();
            await WriteShardAsync(shardLines, target);
        }

        await FlushLinesAsync(target);
        await WriteEntriesAsync(target);
        await IdDictionary.WriteAsync(target, ItemTable.DictionarySection, _codes.Items, token);
        await target.CommitAsync(token);
        return new TableResult(_items, shardLines.Duplicates, new ByteCounts(bytesIn, target.Length));
    }

    public async ValueTask DisposeAsync()
    {
        _codes.Dispose();
        _entries.Dispose();
        _lines.Dispose();
        _list.Dispose();
        await _entrySpool.DisposeAsync();
    }

    private async Task WriteShardAsync(ShardLines shard, SectionedWriter target)
    {
        foreach (var line in shard.Lines)
        {
            Append(shard, line);
            if (_lines.Length >= BlockBytes)
            {
                await FlushLinesAsync(target);
            }
        }

        await _entrySpool.WriteAsync(_entries.WrittenMemory, context.CancellationToken);
        _entries.Clear();
    }

    private void Append(ShardLines shard, ShardLines.Line place)
    {
        _entries.WriteUInt64(place.Hash);
        _entries.WriteUInt64((ulong)(_linesWritten + _lines.Length));
        var line = shard.Read(place);
        var recommendations = line.Recommendations;
        var hasScores = recommendations.HasScores;
        _list.Clear();
        while (recommendations.TryRead(out var code, out var score))
        {
            StagedLine.WriteRecommendation(_list, _codes.Of(place.Chunk, code), score, hasScores);
        }

        StagedLine.Write(_lines, line.QueryId, position: 0, line.IsError, line.Theme, recommendations.Count, hasScores, _list.Written);
        _linesInBlock++;
        _items++;
    }

    private async Task FlushLinesAsync(SectionedWriter target)
    {
        await target.WriteAsync(ItemTable.LinesSection, _lines.WrittenMemory, _linesInBlock, context.CancellationToken);
        _linesWritten += _lines.Length;
        _linesInBlock = 0;
        _lines.Clear();
    }

    private async Task WriteEntriesAsync(SectionedWriter target)
    {
        _entrySpool.Position = 0;
        var buffer = new byte[BlockBytes];
        int read;
        while ((read = await _entrySpool.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, context.CancellationToken)) > 0)
        {
            await target.WriteAsync(ItemTable.EntriesSection, buffer.AsMemory(0, read), read / ItemTable.EntrySize, context.CancellationToken);
        }
    }
}
