using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.State;

namespace PersonalizeConnectors.Activities.Storage.State;

/// <summary>A shard's updates from staging, a block at a time.</summary>
internal sealed class UpdateReader : IUpdateReader, IDisposable
{
    private readonly SectionedObject _source;
    private readonly IReadOnlyList<SectionIndex.Block> _blocks;
    private readonly Action? _onDamaged;
    private readonly ByteWriter _block = new(64 * 1024);
    private readonly RecommendationBuffer _recommendations = new();
    private readonly List<int> _queryItems = [];
    private readonly List<Slot> _slots = [];

    private int _nextBlock;
    private int _nextSlot;
    private long _firstNumber;
    private long _blockItems;

    /// <param name="onDamaged">Told of a block that cannot be read, which is then left out; null: such a block is a failure.</param>
    public UpdateReader(SectionedObject source, Action? onDamaged)
    {
        _source = source;
        _onDamaged = onDamaged;
        _blocks = [.. source.Index.Of(UpdateRecord.Section)];
    }

    public StateUpdate Current { get; private set; }

    /// <summary>Updates in the object, readable or not.</summary>
    public long Count => _blocks.Sum(b => b.Items);

    /// <summary>Updates in blocks that could not be read.</summary>
    public long Lost { get; private set; }

    /// <summary>Bytes of all blocks.</summary>
    public long Bytes => _blocks.Sum(b => b.Length);

    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        while (_nextSlot == _slots.Count)
        {
            if (_nextBlock == _blocks.Count)
            {
                return false;
            }

            await ReadBlockAsync(_blocks[_nextBlock++], cancellationToken);
        }

        var slot = _slots[_nextSlot];
        var id = _block.WrittenMemory.Slice(slot.Start, slot.Length);
        Current = new(_firstNumber + _nextSlot, IdHash.Of(id.Span), id, slot.Operation, slot.Fingerprint);
        _nextSlot++;
        return true;
    }

    public void Dispose()
    {
        _block.Dispose();
        _recommendations.Dispose();
    }

    private async ValueTask ReadBlockAsync(SectionIndex.Block block, CancellationToken cancellationToken)
    {
        _firstNumber += _blockItems;
        _blockItems = block.Items;
        _slots.Clear();
        _nextSlot = 0;
        try
        {
            _block.Clear();
            await _source.ReadAsync(block, _block, cancellationToken);
            ReadSlots(block);
        }
        catch (Exception e) when (_onDamaged is not null && e is InvalidDataException or EndOfStreamException)
        {
            _slots.Clear();
            Lost += block.Items;
            _onDamaged!();
        }
    }

    private void ReadSlots(SectionIndex.Block block)
    {
        var reader = new ByteReader(_block.Written);
        while (!reader.AtEnd)
        {
            var record = UpdateRecord.Read(ref reader, _recommendations, _queryItems);
            _block.Written.Overlaps(record.UserId, out var start);
            _slots.Add(new(start, record.UserId.Length, record.Operation, record.Fingerprint));
        }

        if (_slots.Count != block.Items)
        {
            throw new InvalidDataException($"A block of updates holds {_slots.Count} records and announces {block.Items}.");
        }
    }

    private readonly record struct Slot(int Start, int Length, UpdateOperation Operation, Fingerprint Fingerprint);
}
