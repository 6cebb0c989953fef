namespace PersonalizeConnectors.Core.Configuration;

/// <summary>One destination's settings.</summary>
public sealed record ConnectorConfiguration
{
    /// <summary>The key under <c>connectors</c>: folder name and parameter path.</summary>
    public required string Name { get; init; }

    /// <summary>Which destination; defaults to the name. <c>braze</c> is one.</summary>
    public required string Type { get; init; }

    /// <summary>Send only what changed. The connector's own setting, else the job's, else true.</summary>
    public bool PerformDeltaCheck { get; init; } = true;

    /// <summary>Fields to send, trimmed, in this order; null: every field of an item but <c>id</c>, in the item's own order.</summary>
    public IReadOnlyList<string>? ItemMetadataFields { get; init; }

    /// <summary>In front of every attribute's name. Default <c>recommendation_</c>; empty is allowed.</summary>
    public string AttributePrefix { get; init; } = "recommendation_";

    /// <summary>True where the file itself names a prefix; only then do records carry it.</summary>
    public bool AttributePrefixIsSet { get; init; }

    /// <summary>Further attributes for every user: name, and value as the JSON text of the file; in its order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> OtherAttributes { get; init; } = [];

    public AttributeShape AttributeShape { get; init; } = AttributeShape.ParallelArrays;

    /// <summary>Null: as many as the batch output has, up to the destination's own limit.</summary>
    public int? MaxRecommendations { get; init; }

    /// <summary>Recommendations below it are left out; one without a score passes. Null: off.</summary>
    public double? MinScore { get; init; }

    public bool IncludeScores { get; init; }

    public bool IncludeQueryItems { get; init; }

    public Combine Combine { get; init; } = Combine.Interleave;

    public UnknownItems UnknownItems { get; init; } = UnknownItems.Drop;

    public OnRemoved OnRemoved { get; init; } = OnRemoved.Keep;

    public bool UpdateExistingOnly { get; init; }

    public UserIdentifier Identifier { get; init; } = UserIdentifier.ExternalId;

    /// <summary>Set with <see cref="UserIdentifier.UserAlias"/>, null otherwise.</summary>
    public string? AliasLabel { get; init; }

    /// <summary>Unchanged users are sent again after so many days. Null: never. 30 where <see cref="UpdateExistingOnly"/> is set and the file says nothing.</summary>
    public int? ResendAfterDays { get; init; }

    /// <summary>Default 75: Braze's limit over all arrays of a request.</summary>
    public int MaxObjectsPerRequest { get; init; } = 75;

    /// <summary>Default 4,000,000: Braze's 4 MB, read as the smaller unit.</summary>
    public int MaxBytesPerRequest { get; init; } = 4_000_000;

    /// <summary>Default 1000: Braze's burst of 3,000 in 3 s.</summary>
    public double RequestsPerSecond { get; init; } = 1000;

    /// <summary>Null: no hourly budget.</summary>
    public long? RequestsPerHour { get; init; }

    /// <summary>How long a destination is tried without a single success. Default 15 minutes.</summary>
    public TimeSpan DeliveryPatience { get; init; } = TimeSpan.FromMinutes(15);

    public DeliveryMode Delivery { get; init; } = DeliveryMode.Direct;

    /// <summary>Queue mode: address of the queue; null: its name, or the parameter <c>queue-url</c>.</summary>
    public string? QueueUrl { get; init; }

    /// <summary>Queue mode: name of the queue.</summary>
    public string? QueueName { get; init; }
}

/// <summary>How a user's recommendations become attributes.</summary>
public enum AttributeShape
{
    /// <summary>One list per field; <c>parallelArrays</c>, the sample's.</summary>
    ParallelArrays,

    /// <summary>One list of objects, <c>&lt;prefix&gt;items</c>; <c>arrayOfObjects</c>.</summary>
    ArrayOfObjects,

    /// <summary>One list of ids, <c>&lt;prefix&gt;itemIds</c>; <c>itemIds</c>.</summary>
    ItemIds,
}

/// <summary>How the lists of a user's several query items become one.</summary>
public enum Combine
{
    /// <summary>The first of each, then the second of each, and so on.</summary>
    Interleave,

    /// <summary>The list of the first query item that has a result, alone.</summary>
    First,
}

/// <summary>What happens to a recommended item that the metadata lacks.</summary>
public enum UnknownItems
{
    Drop,
    Keep,
    Fail,
}

/// <summary>What happens to a user that has no recommendations any more.</summary>
public enum OnRemoved
{
    /// <summary>What was sent stands; the state marks the user as gone.</summary>
    Keep,

    /// <summary>Every attribute that an earlier run set becomes null.</summary>
    Clear,
}

/// <summary>How the destination finds a user.</summary>
public enum UserIdentifier
{
    ExternalId,
    UserAlias,
}

/// <summary>How updates reach the destination.</summary>
public enum DeliveryMode
{
    Direct,
    Queue,

    /// <summary>The written parts are the delivery.</summary>
    None,
}
