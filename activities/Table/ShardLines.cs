using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Table;

/// <summary>The lines of one shard over all chunks, by (hash, query id), each query's last one standing. Reuse it from shard to shard.</summary>
internal sealed class ShardLines : IDisposable
{
    private readonly ByteWriter _bytes = new(1024 * 1024);
    private readonly List<Line> _lines = [];

    /// <summary>Result lines that a later line of their query replaced, so far.</summary>
    public long Duplicates { get; private set; }

    public IReadOnlyList<Line> Lines => _lines;

    /// <summary>Reads the shard from all chunks.</summary>
    /// <returns>Bytes read.</returns>
    public async Task<long> ReadAsync(IReadOnlyList<SectionedObject> chunks, int shard, CancellationToken cancellationToken)
    {
        _bytes.Clear();
        _lines.Clear();
        for (var chunk = 0; chunk < chunks.Count; chunk++)
        {
            var start = _bytes.Length;
            await chunks[chunk].ReadAsync(ChunkSections.Shard(shard), _bytes, cancellationToken);
            Find(chunk, start);
        }

        return _bytes.Length;
    }

    /// <summary>Sorts, and leaves each query's last line.</summary>
    public void KeepLast()
    {
        _lines.Sort(Compare);
        var kept = 0;
        for (var place = 0; place < _lines.Count; place++)
        {
            if (place + 1 < _lines.Count && HaveSameQuery(_lines[place], _lines[place + 1]))
            {
                Duplicates += Read(_lines[place]).IsError ? 0 : 1;
            }
            else
            {
                _lines[kept++] = _lines[place];
            }
        }

        _lines.RemoveRange(kept, _lines.Count - kept);
    }

    public StagedLine Read(Line line)
    {
        var reader = new ByteReader(_bytes.Written[line.Start..]);
        return StagedLine.Read(ref reader);
    }

    public void Dispose() => _bytes.Dispose();

    private void Find(int chunk, int start)
    {
        var reader = new ByteReader(_bytes.Written[start..]);
        while (!reader.AtEnd)
        {
            var at = start + reader.Position;
            _lines.Add(new(IdHash.Of(StagedLine.Read(ref reader).QueryId), chunk, at));
        }
    }

    private bool HaveSameQuery(Line a, Line b) => a.Hash == b.Hash && Read(a).QueryId.SequenceEqual(Read(b).QueryId);

    // Chunks were read in their order and lines stand in theirs, so the later line begins later.
    private int Compare(Line a, Line b)
    {
        var order = a.Hash.CompareTo(b.Hash);
        if (order == 0 && a.Start != b.Start)
        {
            order = Read(a).QueryId.SequenceCompareTo(Read(b).QueryId);
        }

        return order != 0 ? order : a.Start.CompareTo(b.Start);
    }

    internal readonly record struct Line(ulong Hash, int Chunk, int Start);
}
