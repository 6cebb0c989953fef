using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>Reads a range's updates and fills batches with them. Used by one thread.</summary>
/// <param name="settled">Updates that need nothing any more.</param>
internal sealed class BatchBuilder(BatchFiller filler, Catalog catalog, ItemTable? table, SettledSet settled) : IDisposable
{
    private readonly RecommendationBuffer _recommendations = new();
    private readonly List<int> _queryItems = [];
    private UpdateBlock _block;
    private int _position;
    private int _index;

    /// <summary>Begins a block; the batch in progress stays.</summary>
    public void Begin(UpdateBlock block)
    {
        _block = block;
        _position = 0;
        _index = 0;
    }

    /// <summary>Renders until a batch is full, and returns it; null where the block ends before.</summary>
    public Batch? Fill()
    {
        var reader = new ByteReader(_block.Bytes.Span[_position..]);
        Batch? full = null;
        while (full is null && _index < _block.Skip + _block.Take)
        {
            var record = UpdateRecord.Read(ref reader, _recommendations, _queryItems);
            var index = _index++;
            var place = new UpdatePlace(_block.Shard, _block.First + index);
            if (index >= _block.Skip && record.IsDelivered && !settled.Contains(place))
            {
                full = filler.Take(place, new(record.UserId, record.Operation, _recommendations, _queryItems, catalog, table));
            }
        }

        _position += reader.Position;
        return full;
    }

    public void Dispose() => _recommendations.Dispose();
}
