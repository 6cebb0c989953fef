using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>What was settled and is not in the store yet. Not safe for several threads.</summary>
internal sealed class PendingSegment : IDisposable
{
    private readonly List<SettledSpan> _settled = [];

    public OutcomeSegment Segment { get; } = new();

    /// <summary>Rejected updates as JSON lines.</summary>
    public ByteWriter Rejected { get; } = new();

    public int SettledRequests { get; set; }

    /// <summary>When the oldest of it was settled; null where there is nothing.</summary>
    public long? OldestTimestamp { get; private set; }

    public long SettledUsers => _settled.Count;

    public bool IsEmpty => OldestTimestamp is null;

    /// <summary>Marks that there is something to write.</summary>
    public void Touch(long timestamp) => OldestTimestamp ??= timestamp;

    public void Settle(UpdatePlace place) => _settled.Add(new(place.Shard, place.Number, 1));

    public void Reject(UpdatePlace place, string reason, ReadOnlySpan<byte> userId, ReadOnlySpan<byte> payload)
    {
        Fail(place, OutcomeKind.Rejected, reason, userId);
        RejectedLine.Write(Rejected, userId, reason, payload);
    }

    public void Fail(UpdatePlace place, OutcomeKind kind, string reason, ReadOnlySpan<byte> userId)
    {
        Settle(place);
        Segment.Outcomes.Add(new(place.Shard, place.Number, kind, reason, System.Text.Encoding.UTF8.GetString(userId)));
    }

    /// <summary>The segment as it is written.</summary>
    public void Write(ByteWriter target)
    {
        Segment.Settled.Clear();
        Segment.Settled.AddRange(SettledSet.Merge(_settled));
        Segment.Write(target);
    }

    public void Dispose() => Rejected.Dispose();
}
