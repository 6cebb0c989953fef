using System.Collections.Concurrent;

namespace PersonalizeConnectors.Activities.Deliver.Dry;

/// <summary>What a dry run would have sent, by connector.</summary>
/// <param name="samplesPerKind">Payloads kept of each kind; bounds the memory together with their size.</param>
public sealed class DryTally(int samplesPerKind)
{
    private readonly ConcurrentDictionary<string, ConnectorTally> _connectors = new(StringComparer.Ordinal);

    public int SamplesPerKind { get; } = samplesPerKind;

    /// <summary>What a connector's delivery came to; null where it did not begin.</summary>
    public DryDelivery? Find(string connector) => _connectors.TryGetValue(connector, out var tally) ? tally.Snapshot(SamplesPerKind) : null;

    internal ConnectorTally Of(string connector) => _connectors.GetOrAdd(connector, _ => new());
}

/// <param name="Requests">Requests a run would send.</param>
/// <param name="Bytes">Of their bodies.</param>
/// <param name="DataPoints">What the destination bills for them; null where it bills no such thing.</param>
/// <param name="AttributeNames">Attributes that the payloads set, in ordinal order.</param>
/// <param name="SentBefore">Attributes that earlier runs set.</param>
/// <param name="Samples">In the order of kinds.</param>
public sealed record DryDelivery(
    long Requests, long Bytes, long? DataPoints, IReadOnlyList<string> AttributeNames, IReadOnlyCollection<string> SentBefore, IReadOnlyList<DrySample> Samples);

/// <param name="Payload">JSON as it would be sent; null where nothing is sent for the user.</param>
public sealed record DrySample(DrySampleKind Kind, string UserId, string? Payload);

public enum DrySampleKind
{
    New,
    Changed,

    /// <summary>No list any more.</summary>
    Removed,

    /// <summary>Unchanged, and sent all the same: a full resync, or <c>resendAfterDays</c>.</summary>
    Resent,
}
