namespace PersonalizeConnectors.Workflows.Contracts;

/// <summary>What a <c>ConnectorDelivery</c> child gets: the ranges are cut from the counts, so none of them travels.</summary>
/// <param name="ShardUpdates">Updates in each shard's staging object, in shard order.</param>
/// <param name="UpdatesPerRange">Updates a range holds; the last one holds the rest.</param>
/// <param name="Delivery">One of <see cref="DeliveryModes"/>; null as runs of earlier versions say it: direct.</param>
public sealed record ConnectorDeliveryInput(
    RunRef Run, string Connector, string ConnectorType, IReadOnlyList<long> ShardUpdates, long UpdatesPerRange, string? Delivery = null);

/// <summary>How a connector's updates go out.</summary>
public static class DeliveryModes
{
    public const string Direct = "direct";

    /// <summary>Through SQS: a message a user; a drain sends them on.</summary>
    public const string Queue = "queue";

    /// <summary>The written parts are the delivery.</summary>
    public const string None = "none";
}

public sealed record ConnectorDeliveryResult(int Ranges, RequestCounts Requests, long Accepted, long Rejected, long Unknown);

/// <summary>Consecutive updates of a connector, shard after shard.</summary>
/// <param name="Number">Counted from 0; names the range's outcome log.</param>
/// <param name="FirstShard">Shard of its first update.</param>
/// <param name="Skip">Updates of that shard before it.</param>
/// <param name="Count">Updates in the range; they may go on in the shards after.</param>
public sealed record UpdateRange(int Number, int FirstShard, long Skip, long Count);

public sealed record DeliverInput(RunRef Run, string Connector, UpdateRange Range);

public sealed record DeliverResult(long Accepted, long Rejected, long Unknown, RequestCounts Requests);
