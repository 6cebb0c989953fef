using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>Renders updates into batches. Used by one thread.</summary>
/// <param name="settled">Updates that need nothing any more.</param>
internal sealed class BatchBuilder(
    DestinationSession session, Catalog catalog, ItemTable? table, SettledSet settled, OutcomeLog log, RejectGuard guard) : IDisposable
{
    internal const string TooLargeReason = "The payload is larger than a request may be (maxBytesPerRequest).";

    private readonly RecommendationBuffer _recommendations = new();
    private readonly List<int> _queryItems = [];
    private Batch _batch = new();
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
                full = Take(place, new(record.UserId, record.Operation, _recommendations, _queryItems, catalog, table));
            }
        }

        _position += reader.Position;
        return full;
    }

    /// <summary>The last batch, or null where it is empty.</summary>
    public Batch? Finish() => _batch.Count == 0 ? null : Replace(new());

    public void Dispose()
    {
        _batch.Dispose();
        _recommendations.Dispose();
    }

    private Batch? Take(UpdatePlace place, scoped in UserUpdate update)
    {
        var start = _batch.Payloads.Length;
        var collapsedBefore = session.CollapsedUsers;
        guard.CountSent();
        var result = session.Render(update, _batch.Payloads, _batch.Names);
        var length = _batch.Payloads.Length - start;
        switch (result)
        {
            case RenderResult.Refused refused:
                return Reject(place, update.UserId, start, refused.Reason);
            case RenderResult.NothingToSend:
                _batch.Payloads.Truncate(start);
                log.Accept(place);
                return null;
            default:
                if (length + session.Overhead(1) > session.MaxBytes)
                {
                    return Reject(place, update.UserId, start, TooLargeReason);
                }

                var fits = start + length + session.Overhead(_batch.Count + 1) <= session.MaxBytes;
                var full = fits ? null : Carry(start);
                _batch.Add(place, update.UserId, fits ? start : 0);
                _batch.CollapsedUsers += session.CollapsedUsers - collapsedBefore;
                return full ?? (_batch.Count >= session.MaxPayloads ? Replace(new()) : null);
        }
    }

    private Batch? Reject(UpdatePlace place, ReadOnlySpan<byte> userId, int start, string reason)
    {
        log.Reject(place, reason, userId, _batch.Payloads.Written[start..]);
        _batch.Payloads.Truncate(start);
        guard.CountRejected(1);
        return null;
    }

    // The newest payload begins the next batch. Its names are somewhere among those of this one.
    private Batch Carry(int start)
    {
        var next = new Batch();
        next.Payloads.WriteRaw(_batch.Payloads.Written[start..]);
        next.Names.UnionWith(_batch.Names);
        _batch.Payloads.Truncate(start);
        return Replace(next);
    }

    private Batch Replace(Batch next)
    {
        var full = _batch;
        _batch = next;
        return full;
    }
}
