using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Deliver.Drain;

/// <summary>A message that is a record.</summary>
/// <param name="JobName">The job that wrote it, as it says: <c>jobInfo.name</c>; null where it says nothing.</param>
internal sealed record QueuedRecord(
    IncomingMessage Message, string UserId, string? JobName, UpdateOperation Operation, RecordDirectives Directives, RecordAge Age, IReadOnlyList<QueuedItem> Items)
{
    /// <summary>What of one user replaces what: records with other prefixes set other attributes.</summary>
    public (string UserId, string Prefix) Key => (UserId, Directives.AttributePrefix);

    /// <summary>Nothing is set, and nothing cleared.</summary>
    public bool IsEmpty => Operation == UpdateOperation.Set && Items.Count == 0;

    /// <summary>Receipts of messages that this one replaced, to be deleted with it; those of repeats of this one among them.</summary>
    public List<string> Replaced { get; } = [];
}

/// <param name="Values">The item's fields in the record's order, as JSON.</param>
/// <param name="Score">JSON number; empty for none.</param>
/// <param name="QueryItemId">UTF-8; null for none.</param>
internal sealed record QueuedItem(string Id, IReadOnlyList<KeyValuePair<string, byte[]>> Values, byte[] Score, byte[]? QueryItemId);

/// <summary>A record's own settings, which win over the connector's. Absent ones have the defaults of the sample.</summary>
/// <param name="OtherAttributes">Names, and values as JSON, in the record's order.</param>
internal sealed record RecordDirectives(string AttributePrefix, IReadOnlyList<KeyValuePair<string, string>> OtherAttributes)
{
    public const string DefaultPrefix = "recommendation_";

    public bool Equals(RecordDirectives? other) => other is not null && AttributePrefix == other.AttributePrefix && OtherAttributes.SequenceEqual(other.OtherAttributes);

    public override int GetHashCode() => HashCode.Combine(AttributePrefix, OtherAttributes.Count);
}

/// <summary>Which of two records is newer: by the run's time, then by when it was sent, then by the queue's own order.</summary>
/// <param name="At">The record's <c>runDateTime</c>; where it has none, when it was sent.</param>
internal readonly record struct RecordAge(DateTimeOffset At, DateTimeOffset SentAt, string Sequence) : IComparable<RecordAge>
{
    public int CompareTo(RecordAge other)
    {
        var order = At.CompareTo(other.At);
        order = order != 0 ? order : SentAt.CompareTo(other.SentAt);
        return order != 0 ? order : string.CompareOrdinal(Sequence, other.Sequence);
    }

    public static bool operator <(RecordAge a, RecordAge b) => a.CompareTo(b) < 0;

    public static bool operator >(RecordAge a, RecordAge b) => a.CompareTo(b) > 0;

    public static bool operator <=(RecordAge a, RecordAge b) => a.CompareTo(b) <= 0;

    public static bool operator >=(RecordAge a, RecordAge b) => a.CompareTo(b) >= 0;
}
