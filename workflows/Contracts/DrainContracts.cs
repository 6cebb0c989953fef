using System.Text.Json;
using System.Text.Json.Serialization;

namespace PersonalizeConnectors.Workflows.Contracts;

/// <summary>What starts a <c>QueueDrain</c>. Lenient on purpose: the workflow itself refuses what is wrong.</summary>
public sealed record QueueDrainInput
{
    /// <summary>Folder of the job whose connector's queue is drained.</summary>
    public string? JobPath { get; init; }

    /// <summary>The key under <c>connectors</c>.</summary>
    public string? Connector { get; init; }

    /// <summary>What earlier runs of the same drain did; set where it continues as new.</summary>
    public DrainCounts? Earlier { get; init; }

    /// <summary>Keys this version does not know; the workflow refuses them by name.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }
}

/// <summary>How a drain ended, and the answer of its query <c>progress</c>; what is under way is read from its heartbeat.</summary>
public sealed record QueueDrainResult(string JobPath, string Connector, DrainCounts Counts);

/// <param name="Seconds">How long to go on at most.</param>
public sealed record DrainInput(string JobPath, string Connector, int Seconds);

public sealed record DrainResult(DrainCounts Counts);

/// <summary>Messages of a queue, and what became of them.</summary>
/// <param name="Received">Messages received, repeats included.</param>
/// <param name="Accepted">Users that the destination accepted.</param>
/// <param name="Rejected">Users that it will not take; the next run sends them again.</param>
/// <param name="Unknown">Users of whom it is not known; the next run sends them again.</param>
/// <param name="Superseded">Messages that a newer one of the same user replaced.</param>
/// <param name="Empty">Messages without recommendations, which change nothing.</param>
/// <param name="Poison">Messages that are no record; left to the redrive policy.</param>
/// <param name="Requests">Requests to the destination.</param>
public sealed record DrainCounts(
    long Received = 0, long Accepted = 0, long Rejected = 0, long Unknown = 0, long Superseded = 0, long Empty = 0, long Poison = 0, RequestCounts? Requests = null)
{
    public static DrainCounts operator +(DrainCounts a, DrainCounts b) => new(
        a.Received + b.Received, a.Accepted + b.Accepted, a.Rejected + b.Rejected, a.Unknown + b.Unknown,
        a.Superseded + b.Superseded, a.Empty + b.Empty, a.Poison + b.Poison, (a.Requests ?? new()) + (b.Requests ?? new()));

    public static DrainCounts Add(DrainCounts left, DrainCounts right) => left + right;
}

/// <summary>Heartbeat details of a drain.</summary>
/// <param name="Counts">Of the activity under way, its earlier attempts included.</param>
/// <param name="Held">Messages that are received and not settled.</param>
/// <param name="OldestSentAt">When the oldest of the messages held or received last was sent; null where the queue gave none.</param>
public sealed record DrainSight(DrainCounts Counts, int Held, DateTimeOffset? OldestSentAt);
