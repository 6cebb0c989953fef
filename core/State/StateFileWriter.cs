using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Core.State;

/// <summary>Writes a state file as a stream; entries come in (id hash, id) order. Holds one block.</summary>
/// <param name="target">Where the file goes; stays open.</param>
public sealed class StateFileWriter(Stream target, int shardBits, int shard) : IDisposable
{
    private readonly ByteWriter _block = new(StateFileIndex.BlockSize + 4096);
    private int _records;
    private ulong _firstHash;

    /// <summary>Complete after <see cref="FinishAsync"/>.</summary>
    public StateFileIndex Index { get; } = StateFileIndex.For(shardBits, shard);

    /// <summary>Bytes written.</summary>
    public long Length { get; private set; }

    public ValueTask WriteAsync(in StateEntry entry, CancellationToken cancellationToken)
    {
        if (_records++ == 0)
        {
            _firstHash = entry.Hash;
        }

        StateRecord.Write(_block, entry);
        if (entry.IsGone)
        {
            Index.Gone++;
        }
        else
        {
            Index.Users++;
        }

        return _block.Length >= StateFileIndex.BlockSize ? FlushAsync(cancellationToken) : ValueTask.CompletedTask;
    }

    /// <summary>Writes what is left, the index and the trailer.</summary>
    public async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        await WriteHeaderOnceAsync(cancellationToken);
        Index.WriteTail(_block);
        await WriteOutAsync(cancellationToken);
    }

    public void Dispose() => _block.Dispose();

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_records == 0)
        {
            return;
        }

        await WriteHeaderOnceAsync(cancellationToken);
        Index.Add(Length, _block.Written, _records, _firstHash);
        _records = 0;
        await WriteOutAsync(cancellationToken);
    }

    private async ValueTask WriteHeaderOnceAsync(CancellationToken cancellationToken)
    {
        if (Length == 0)
        {
            using var header = new ByteWriter(StateFileIndex.HeaderSize);
            Index.WriteHeader(header);
            await target.WriteAsync(header.WrittenMemory, cancellationToken);
            Length = header.Length;
        }
    }

    private async ValueTask WriteOutAsync(CancellationToken cancellationToken)
    {
        await target.WriteAsync(_block.WrittenMemory, cancellationToken);
        Length += _block.Length;
        _block.Clear();
    }
}
