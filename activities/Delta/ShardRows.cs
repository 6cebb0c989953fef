using System.Buffers;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Delta;

/// <summary>Reads a row's id and position, and goes to its end.</summary>
internal delegate ReadOnlySpan<byte> RowReader(scoped ref ByteReader reader, out long position);

/// <summary>
/// A shard's rows from all chunks, in (id hash, id, chunk, position) order: their bytes in one pooled buffer, and 16 bytes a row beside it.
/// </summary>
internal sealed class ShardRows : IDisposable
{
    private readonly RowReader _read;
    private readonly ByteWriter _bytes;
    private ulong[] _hashes;
    private Row[] _rows;
    private int _count;

    private ShardRows(RowReader read, long bytes, long rows)
    {
        _read = read;
        _bytes = new(checked((int)Math.Max(bytes, 1)));
        var capacity = checked((int)Math.Max(rows, 16));
        _hashes = ArrayPool<ulong>.Shared.Rent(capacity);
        _rows = ArrayPool<Row>.Shared.Rent(capacity);
    }

    public int Count => _count;

    /// <summary>Bytes read from the store.</summary>
    public int Length => _bytes.Length;

    /// <param name="keys">Keys of the sectioned objects, in chunk order.</param>
    /// <param name="section">The shard's section in each.</param>
    public static async Task<ShardRows> GatherAsync(
        IObjectStore store, IReadOnlyList<string> keys, int section, RowReader read, StepContext context)
    {
        var chunks = new SectionedObject[keys.Count];
        for (var i = 0; i < chunks.Length; i++)
        {
            chunks[i] = await SectionedObject.OpenAsync(store, keys[i], context.CancellationToken);
        }

        var result = new ShardRows(read, chunks.Sum(c => c.Index.LengthOf(section)), chunks.Sum(c => c.Index.ItemsOf(section)));
        try
        {
            for (var i = 0; i < chunks.Length; i++)
            {
                var start = result._bytes.Length;
                await chunks[i].ReadAsync(section, result._bytes, context.CancellationToken);
                result.AddRows(start, i);
                context.Report(i + 1, chunks.Length);
            }

            result.Sort();
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    public ulong HashOf(int row) => _hashes[row];

    public int ChunkOf(int row) => _rows[row].Chunk;

    /// <summary>The row's bytes and whatever follows them.</summary>
    public ReadOnlySpan<byte> BytesOf(int row) => _bytes.Written[_rows[row].Offset..];

    public ReadOnlySpan<byte> IdOf(int row)
    {
        var reader = new ByteReader(BytesOf(row));
        return reader.ReadBytes();
    }

    /// <summary>Where the rows of <paramref name="first"/>'s id end.</summary>
    public int EndOfId(int first)
    {
        var end = first + 1;
        if (end == _count || _hashes[end] != _hashes[first])
        {
            return end;
        }

        var id = IdOf(first);
        while (end < _count && _hashes[end] == _hashes[first] && IdOf(end).SequenceEqual(id))
        {
            end++;
        }

        return end;
    }

    public void Dispose()
    {
        _bytes.Dispose();
        ArrayPool<ulong>.Shared.Return(_hashes);
        ArrayPool<Row>.Shared.Return(_rows);
        _hashes = [];
        _rows = [];
        _count = 0;
    }

    private void AddRows(int start, int chunk)
    {
        var reader = new ByteReader(_bytes.Written[start..]);
        while (!reader.AtEnd)
        {
            var offset = start + reader.Position;
            var id = _read(ref reader, out _);
            if (_count == _rows.Length || _count == _hashes.Length)
            {
                Grow();
            }

            _hashes[_count] = IdHash.Of(id);
            _rows[_count++] = new(offset, chunk);
        }
    }

    private void Grow()
    {
        var hashes = ArrayPool<ulong>.Shared.Rent(checked(_count * 2));
        var rows = ArrayPool<Row>.Shared.Rent(checked(_count * 2));
        _hashes.AsSpan(0, _count).CopyTo(hashes);
        _rows.AsSpan(0, _count).CopyTo(rows);
        ArrayPool<ulong>.Shared.Return(_hashes);
        ArrayPool<Row>.Shared.Return(_rows);
        (_hashes, _rows) = (hashes, rows);
    }

    // Sorting plain numbers is several times as fast as sorting by a comparison; only rows of equal hashes need one.
    private void Sort()
    {
        var hashes = _hashes.AsSpan(0, _count);
        var rows = _rows.AsSpan(0, _count);
        hashes.Sort(rows);
        for (var first = 0; first < rows.Length;)
        {
            var end = first + 1;
            while (end < rows.Length && hashes[end] == hashes[first])
            {
                end++;
            }

            if (end - first > 1)
            {
                rows[first..end].Sort(Compare);
            }

            first = end;
        }
    }

    private int Compare(Row left, Row right)
    {
        var leftReader = new ByteReader(_bytes.Written[left.Offset..]);
        var rightReader = new ByteReader(_bytes.Written[right.Offset..]);
        var leftId = _read(ref leftReader, out var leftPosition);
        var order = leftId.SequenceCompareTo(_read(ref rightReader, out var rightPosition));
        if (order == 0)
        {
            order = left.Chunk.CompareTo(right.Chunk);
        }

        return order != 0 ? order : leftPosition.CompareTo(rightPosition);
    }

    private readonly record struct Row(int Offset, int Chunk);
}
