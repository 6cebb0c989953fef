namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>Renders updates into batches. Used by one thread.</summary>
internal sealed class BatchFiller(DestinationSession session, IOutcomes log, RejectGuard guard) : IDisposable
{
    internal const string TooLargeReason = "The payload is larger than a request may be (maxBytesPerRequest).";

    private Batch _batch = new();

    /// <summary>The last batch, or null where it is empty.</summary>
    public Batch? Finish() => _batch.Count == 0 ? null : Replace(new());

    public void Dispose() => _batch.Dispose();

    /// <summary>Renders the update.</summary>
    /// <returns>A batch that is full by now, or null.</returns>
    public Batch? Take(UpdatePlace place, scoped in UserUpdate update)
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

    /// <summary>Rejects an update that is not even rendered; it counts for the guard as any other.</summary>
    public void Refuse(UpdatePlace place, ReadOnlySpan<byte> userId, string reason)
    {
        guard.CountSent();
        log.Reject(place, reason, userId, default);
        guard.CountRejected(1);
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
