namespace PersonalizeConnectors.Workflows.Contracts;

public sealed record RecoverInput(RunRef Run, string WorkflowId);

/// <param name="Runs">Interrupted runs whose staging was found.</param>
/// <param name="Users">Users whose accepted updates were taken into the state.</param>
/// <param name="SearchAttributes">Names registered with the service; a workflow sets no other.</param>
public sealed record RecoverResult(int Runs, long Users, IReadOnlyList<string> SearchAttributes);

/// <summary>The run's options as the starter gave them, checked.</summary>
public sealed record RunOptions(bool FullResync = false, IReadOnlyList<string>? Users = null, long? Limit = null, bool OverrideGuards = false);

public sealed record PlanInput(RunRef Run, DateTimeOffset StartedAt, RunOptions Options);

/// <summary>What the workflow needs of the plan; the plan itself lies in staging.</summary>
public sealed record PlanResult
{
    public required string JobType { get; init; }

    /// <summary>True for <c>related_items</c>: lines are keyed by item, and a mapping says which users they are for.</summary>
    public required bool ItemKeyed { get; init; }

    public required int Chunks { get; init; }

    /// <summary>Mapping chunks; 0 for user-keyed jobs.</summary>
    public required int MappingChunks { get; init; }

    /// <summary>A power of two.</summary>
    public required int Shards { get; init; }

    public required IReadOnlyList<PlannedConnector> Connectors { get; init; }

    /// <summary>Null: the guard is off.</summary>
    public double? MaxChangeRate { get; init; }

    /// <summary>Null: the guard is off.</summary>
    public double? MaxRemovalRate { get; init; }
}

/// <param name="Name">The key under <c>connectors</c>.</param>
/// <param name="Type">The destination, <c>braze</c> for one.</param>
/// <param name="Delivery">One of <see cref="DeliveryModes"/>.</param>
/// <param name="UpdatesPerRange">How many updates one delivery range should hold at least.</param>
public sealed record PlannedConnector(string Name, string Type, string Delivery, int UpdatesPerRange);

/// <summary>One of a step's activities: a chunk of batch output (Load) or of mapping (Join), counted from 0.</summary>
public sealed record ChunkInput(RunRef Run, int Chunk);

public sealed record LoadResult(LineCounts Lines, ByteCounts Bytes);

public sealed record SplitErrorsInput(RunRef Run, LineCounts Lines);

public sealed record SplitErrorsResult(ByteCounts Bytes);

public sealed record TableInput(RunRef Run);

public sealed record TableResult(long Items, long Duplicates, ByteCounts Bytes);

public sealed record JoinResult(long Rows, long Malformed, ByteCounts Bytes);

public sealed record ConnectorInput(RunRef Run, string Connector);

/// <param name="Catalog">Null where the job has no metadata.</param>
public sealed record DecorateResult(CatalogCounts? Catalog, ByteCounts Bytes);

/// <param name="Limit">At most so many updates from this shard; null for all.</param>
public sealed record DeltaInput(RunRef Run, string Connector, int Shard, long? Limit);

public sealed record DeltaResult
{
    /// <summary>Updates in the shard's staging object, those that are only recorded included.</summary>
    public required long Updates { get; init; }

    public required UserCounts Users { get; init; }

    /// <summary>Users in the state before this run, without those marked gone; what guards are measured against.</summary>
    public required long StateUsers { get; init; }

    /// <summary>User-keyed jobs: lines that a later one of the same user replaced.</summary>
    public long DuplicateLines { get; init; }

    /// <summary>Item-keyed jobs: distinct users of the mapping in this shard.</summary>
    public long MappedUsers { get; init; }

    /// <summary>Item-keyed jobs: users none of whose items has a result.</summary>
    public long UsersWithoutRecommendations { get; init; }

    /// <summary>Item-keyed jobs: items with a result that no user has; filled by shard 0 alone, which reads every mapping chunk's marks.</summary>
    public long ItemsWithoutUsers { get; init; }

    public ByteCounts Bytes { get; init; } = new();
}

public sealed record ShardInput(RunRef Run, string Connector, int Shard);

public sealed record WriteResult(long Records, ByteCounts Bytes);

/// <param name="Shard">The shard to write; null when all are written: publish the manifest.</param>
/// <param name="FirstRange">First delivery range that holds updates of the shard; null where nothing was delivered.</param>
/// <param name="LastRange">Last such range.</param>
public sealed record CommitStateInput(RunRef Run, string Connector, int? Shard, int? FirstRange, int? LastRange);

public sealed record CommitStateResult(long Accepted, long Rejected, long Unknown, long StateUsers, ByteCounts Bytes);
