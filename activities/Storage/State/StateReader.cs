using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.State;

namespace PersonalizeConnectors.Activities.Storage.State;

/// <summary>
/// Users of a hash range, from as many files as the state has for it: one where it has as many shards as the run, a part of one where it has
/// fewer, several where it has more. Holds one block.
/// </summary>
internal sealed class StateReader : IStateReader
{
    private readonly JobLocation _job;
    private readonly string _connector;
    private readonly StateManifest _manifest;
    private readonly ulong _from;
    private readonly ulong _to;
    private readonly int _endFile;
    private readonly ByteWriter _block = new(StateFileIndex.BlockSize + 4096);

    private int _nextFile;
    private StateFileIndex? _index;
    private Stream? _stream;
    private int _nextBlock;
    private int _endBlock;
    private int _position;
    private bool _isAtEnd;

    /// <param name="shardBits">log2 of the number of shards that the reader's run has.</param>
    public StateReader(JobLocation job, string connector, StateManifest manifest, int shardBits, int shard)
    {
        _job = job;
        _connector = connector;
        _manifest = manifest;
        _from = shardBits == 0 ? 0 : (ulong)shard << (64 - shardBits);
        _to = shardBits == 0 ? ulong.MaxValue : _from | (ulong.MaxValue >> shardBits);
        _nextFile = IdHash.Shard(_from, manifest.ShardBits);
        _endFile = IdHash.Shard(_to, manifest.ShardBits) + 1;
    }

    public StateEntry Current { get; private set; }

    /// <summary>Bytes of blocks read.</summary>
    public long BytesRead { get; private set; }

    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        while (!_isAtEnd)
        {
            while (_position < _block.Length)
            {
                Current = ReadRecord();
                if (Current.Hash >= _from)
                {
                    _isAtEnd = Current.Hash > _to;
                    return !_isAtEnd;
                }
            }

            _isAtEnd = !await ReadBlockAsync(cancellationToken);
        }

        return false;
    }

    public async ValueTask DisposeAsync()
    {
        _block.Dispose();
        if (_stream is not null)
        {
            await _stream.DisposeAsync();
        }
    }

    private StateEntry ReadRecord()
    {
        try
        {
            return StateRecord.Read(_block.WrittenMemory, ref _position);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e.Message, e);
        }
    }

    private async ValueTask<bool> ReadBlockAsync(CancellationToken cancellationToken)
    {
        while (_nextBlock == _endBlock)
        {
            if (_nextFile == _endFile)
            {
                return false;
            }

            await OpenFileAsync(_nextFile++, cancellationToken);
        }

        var block = _index!.Blocks[_nextBlock++];
        _block.Clear();
        _position = 0;
        try
        {
            var memory = _block.GetMemory(block.Length)[..block.Length];
            await _stream!.ReadExactlyAsync(memory, cancellationToken);
            block.Check(memory.Span);
        }
        catch (EndOfStreamException e)
        {
            throw Damaged("it ends in the middle of a block", e);
        }
        catch (InvalidDataException e)
        {
            throw Damaged(e.Message, e);
        }

        _block.Advance(block.Length);
        BytesRead += block.Length;
        return true;
    }

    private async Task OpenFileAsync(int file, CancellationToken cancellationToken)
    {
        if (_stream is not null)
        {
            await _stream.DisposeAsync();
            _stream = null;
        }

        var (entry, index) = await StateFiles.OpenAsync(_job, _connector, _manifest, file, cancellationToken);
        (_nextBlock, var count) = index.Find(_from, _to);
        _endBlock = _nextBlock + count;
        _index = index;
        if (count > 0)
        {
            var start = index.Blocks[_nextBlock].Offset;
            var last = index.Blocks[_endBlock - 1];
            _stream = await _job.Store.OpenAsync(
                entry.Key, new ByteRange(start, last.Offset + last.Length - start), entry.ETag, cancellationToken);
        }
    }

    private Failures.ConnectorException Damaged(string what, Exception cause)
    {
        var name = _manifest.Files[_nextFile - 1].Name;
        return StateFailures.Damaged(_job, _connector, RunKeys.StateOf(_job.Prefix, _connector) + name, what, cause);
    }
}

/// <summary>No state yet.</summary>
internal sealed class EmptyStateReader : IStateReader
{
    public StateEntry Current => default;

    public ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken) => ValueTask.FromResult(false);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
