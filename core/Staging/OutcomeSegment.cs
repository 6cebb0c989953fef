using System.Text;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Core.Staging;

/// <summary>
/// One object of a delivery's outcome log: what was settled since the segment before it. Put if absent, never changed.
/// <code>
/// u32     magic "PCO1"
/// varint  requests sent, retried, rate limited (of this segment)
/// varint  users whose lists the destination shortens, because values in them are equal
/// varint  attribute names, then bytes*: names that accepted and unknown updates of this segment set
/// varint  reasons, then bytes*: texts of the outcomes below
/// varint  spans, then (varint shard, varint first, varint count)*: updates that are settled; accepted, unless listed below
/// varint  outcomes, then (varint shard, varint update, u8 kind, varint reason, bytes user id)*
/// u64     xxh3 of everything before
/// </code>
/// An update's number counts all updates of its shard's object, from 0, those that are not delivered included.
/// </summary>
public sealed class OutcomeSegment
{
    private const uint Magic = 0x314F4350; // "PCO1"
    private const int HashSize = 8;

    private readonly List<string> _reasons = [];

    public long RequestsSent { get; set; }

    public long RequestsRetried { get; set; }

    public long RequestsRateLimited { get; set; }

    /// <summary>Settled users whose lists the destination shortens, because values in them are equal.</summary>
    public long CollapsedUsers { get; set; }

    /// <summary>Names that the state's manifest must remember, for <c>onRemoved: clear</c>.</summary>
    public SortedSet<string> AttributeNames { get; } = new(StringComparer.Ordinal);

    public List<SettledSpan> Settled { get; } = [];

    /// <summary>Rejected and unknown updates among the settled ones.</summary>
    public List<UpdateOutcome> Outcomes { get; } = [];

    /// <summary>True where nothing was settled or counted.</summary>
    public bool IsEmpty => Settled.Count == 0 && RequestsSent == 0;

    public void Write(ByteWriter target)
    {
        var start = target.Length;
        target.WriteUInt32(Magic);
        target.WriteVarint(RequestsSent);
        target.WriteVarint(RequestsRetried);
        target.WriteVarint(RequestsRateLimited);
        target.WriteVarint(CollapsedUsers);
        WriteTexts(target, AttributeNames);
        _reasons.Clear();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var outcome in Outcomes)
        {
            if (places.TryAdd(outcome.Reason, _reasons.Count))
            {
                _reasons.Add(outcome.Reason);
            }
        }

        WriteTexts(target, _reasons);
        target.WriteVarint(Settled.Count);
        foreach (var span in Settled)
        {
            target.WriteVarint(span.Shard);
            target.WriteVarint(span.First);
            target.WriteVarint(span.Count);
        }

        target.WriteVarint(Outcomes.Count);
        foreach (var outcome in Outcomes)
        {
            target.WriteVarint(outcome.Shard);
            target.WriteVarint(outcome.Update);
            target.WriteByte((byte)outcome.Kind);
            target.WriteVarint(places[outcome.Reason]);
            WriteText(target, outcome.UserId);
        }

        target.WriteUInt64(IdHash.Of(target.Written[start..]));
    }

    /// <exception cref="InvalidDataException">Damaged, or not a segment.</exception>
    public static OutcomeSegment Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HashSize || new ByteReader(bytes[^HashSize..]).ReadUInt64() != IdHash.Of(bytes[..^HashSize]))
        {
            throw new InvalidDataException("A segment of the outcome log is damaged.");
        }

        var reader = new ByteReader(bytes[..^HashSize]);
        if (reader.ReadUInt32() != Magic)
        {
            throw new InvalidDataException("The object is no segment of an outcome log.");
        }

        var segment = new OutcomeSegment
        {
            RequestsSent = (long)reader.ReadVarint(),
            RequestsRetried = (long)reader.ReadVarint(),
            RequestsRateLimited = (long)reader.ReadVarint(),
            CollapsedUsers = (long)reader.ReadVarint(),
        };
        for (var left = reader.ReadCount(); left > 0; left--)
        {
            segment.AttributeNames.Add(Encoding.UTF8.GetString(reader.ReadBytes()));
        }

        for (var left = reader.ReadCount(); left > 0; left--)
        {
            segment._reasons.Add(Encoding.UTF8.GetString(reader.ReadBytes()));
        }

        for (var left = reader.ReadCount(); left > 0; left--)
        {
            segment.Settled.Add(new(reader.ReadCount(), (long)reader.ReadVarint(), (long)reader.ReadVarint()));
        }

        for (var left = reader.ReadCount(); left > 0; left--)
        {
            segment.Outcomes.Add(new(
                reader.ReadCount(), (long)reader.ReadVarint(), (OutcomeKind)reader.ReadByte(), segment._reasons[reader.ReadCount()],
                Encoding.UTF8.GetString(reader.ReadBytes())));
        }

        return segment;
    }

    private static void WriteTexts(ByteWriter target, IReadOnlyCollection<string> texts)
    {
        target.WriteVarint(texts.Count);
        foreach (var text in texts)
        {
            WriteText(target, text);
        }
    }

    private static void WriteText(ByteWriter target, string text) => target.WriteBytes(Encoding.UTF8.GetBytes(text));
}

/// <summary>Consecutive updates of a shard, settled.</summary>
public readonly record struct SettledSpan(int Shard, long First, long Count);

/// <summary>An update that was not accepted.</summary>
/// <param name="Reason">One sentence or a destination's own code; the same text for the same cause, so that reports can count it. No ids, no payload.</param>
public sealed record UpdateOutcome(int Shard, long Update, OutcomeKind Kind, string Reason, string UserId);

public enum OutcomeKind
{
    Accepted = 0,

    Rejected = 1,

    /// <summary>The destination may have taken it: no answer came, or none that says so. The next run sends the user whatever it then has.</summary>
    Unknown = 2,
}
