using System.Collections.Concurrent;
using System.Text;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Load;

/// <summary>What a chunk's lines become: staged lines by shard, a dictionary of recommended items, error lines, counts.</summary>
internal sealed class ChunkStage : IDisposable
{
    /// <summary>UTF-8 bytes of an error message that are kept; Personalize's own are about 100.</summary>
    public const int MaxMessage = 500;

    // A table grows to some megabytes with each chunk: made anew, its arrays were most of a run's garbage, and half of its peak memory.
    private static readonly ConcurrentBag<IdTable> EmptyTables = [];

    // Bytes of ids up to which a table is kept for the next chunk.
    private const int MostKept = 32 * 1024 * 1024;

    private readonly BatchLineScanner _scanner;
    private readonly SectionedWriter _target;
    private readonly SectionBuffers _buffers;
    private readonly IdTable _items;
    private readonly ByteWriter _list = new();
    private readonly List<MalformedSample> _malformedLines = [];
    private readonly IReadOnlyList<PlannedFile> _files;
    private readonly int _shardBits;
    private readonly bool _keepScores;
    private readonly bool _keepErrorLines;
    private int[] _codes = new int[64];
    private long _position;
    private long _results;
    private long _errors;
    private long _malformed;
    private long _empty;

    public ChunkStage(OpenedRun run, SectionedWriter target, long bufferLimit)
    {
        _items = EmptyTables.TryTake(out var table) ? table : new();
        _target = target;
        _files = run.Plan.BatchFiles;
        _shardBits = run.Plan.ShardBits;
        _scanner = new(run.Plan.ItemKeyed);
        _buffers = new(target, ChunkSections.Shard(run.Plan.Shards), bufferLimit);
        _keepScores = run.Configuration.NeedsScores;
        _keepErrorLines = run.Configuration.SaveBatchInferenceErrors;
    }

    public bool IsFull => _buffers.IsFull;

    public LineCounts Lines => new(_results + _errors + _malformed, _results, _errors, _malformed, Duplicates: 0, _empty);

    public IReadOnlyList<MalformedSample> Malformed => _malformedLines;

    public void Add(int file, long offset, ReadOnlySpan<byte> text)
    {
        var line = _scanner.Scan(text);
        switch (line.Kind)
        {
            case BatchLineKind.Result:
                AddResult(line);
                break;
            case BatchLineKind.Error:
                AddError(file, offset, text, line);
                break;
            default:
                AddMalformed(file, offset, line.Reason!);
                break;
        }
    }

    public void AddMalformed(int file, long offset, string reason)
    {
        _position++;
        _malformed++;
        if (_malformedLines.Count < MalformedSample.MaxPerChunk)
        {
            _malformedLines.Add(new(_files[file].Key, reason, offset));
        }
    }

    public Task FlushAsync(CancellationToken cancellationToken) => _buffers.FlushAsync(cancellationToken);

    /// <summary>Writes out what is left, and the dictionary.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        await _buffers.FlushAsync(cancellationToken);
        await IdDictionary.WriteAsync(_target, ChunkSections.Dictionary, _items, cancellationToken);
    }

    public void Dispose()
    {
        _scanner.Dispose();
        _buffers.Dispose();
        _list.Dispose();
        if (_items.Bytes <= MostKept)
        {
            _items.Clear();
            EmptyTables.Add(_items);
        }
    }

    private void AddResult(BatchLine line)
    {
        _results++;
        var hasScores = _keepScores && line.HasScores;
        if (line.Count > _codes.Length)
        {
            _codes = new int[line.Count * 2];
        }

        line.Resolve(_items, _codes);
        _list.Clear();
        for (var place = 0; place < line.Count; place++)
        {
            StagedLine.WriteRecommendation(_list, _codes[place], hasScores ? line.Score(place) : default, hasScores);
        }

        if (line.Count == 0)
        {
            _empty++;
        }

        Stage(line, isError: false, hasScores);
    }

    private void AddError(int file, long offset, ReadOnlySpan<byte> text, BatchLine line)
    {
        _errors++;
        var error = new ErrorLine(file, offset, Cut(line.Message), _keepErrorLines ? text : default);
        error.Write(_buffers.Begin(ChunkSections.Errors));
        _buffers.End(ChunkSections.Errors);
        if (line.QueryId.IsEmpty)
        {
            _position++;
            return;
        }

        _list.Clear();
        Stage(line, isError: true, hasScores: false);
    }

    private void Stage(BatchLine line, bool isError, bool hasScores)
    {
        var section = ChunkSections.Shard(IdHash.Shard(IdHash.Of(line.QueryId), _shardBits));
        StagedLine.Write(_buffers.Begin(section), line.QueryId, _position++, isError, line.Theme, line.Count, hasScores, _list.Written);
        _buffers.End(section);
    }

    // At the start of a character.
    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> message)
    {
        if (message.Length <= MaxMessage)
        {
            return message;
        }

        var end = MaxMessage;
        while (Rune.DecodeLastFromUtf8(message[..end], out _, out _) != System.Buffers.OperationStatus.Done)
        {
            end--;
        }

        return message[..end];
    }
}
