namespace PersonalizeConnectors.Local.Braze;

/// <summary>What the simulator saw since its start or its last reset; one moment's copy.</summary>
public sealed record BrazeStatistics
{
    /// <summary>Requests to <c>/users/track</c>, whatever became of them.</summary>
    public long Requests { get; init; }

    /// <summary>Answers by HTTP status; closed connections count as 0.</summary>
    public IReadOnlyDictionary<int, long> Answers { get; init; } = new Dictionary<int, long>();

    /// <summary>Bytes of all bodies.</summary>
    public long BodyBytes { get; init; }

    /// <summary>Objects that were taken as valid in requests that were applied, silent misses included.</summary>
    public long ObjectsProcessed { get; init; }

    /// <summary>Objects refused one by one.</summary>
    public long ObjectErrors { get; init; }

    /// <summary>Objects for a user that does not exist, under <c>_update_existing_only</c>.</summary>
    public long UnknownUsersIgnored { get; init; }

    /// <summary>Applied objects that changed nothing.</summary>
    public long UnchangedUpdates { get; init; }

    /// <summary>Attributes that vanished without a word, by reason.</summary>
    public IReadOnlyDictionary<string, long> SilentDrops { get; init; } = new Dictionary<string, long>();

    /// <summary>Requests that were refused by the rate window or a fault that plays it.</summary>
    public long RateLimited { get; init; }

    /// <summary>Requests that a fault befell.</summary>
    public long Faults { get; init; }

    /// <summary>How often a request arrived with a user that an earlier one, not yet applied, also held.</summary>
    public long Overlaps { get; init; }

    /// <summary>Most requests at once between arrival and being applied.</summary>
    public long PeakInFlight { get; init; }

    /// <summary>Most authenticated requests in any span as long as the rate window.</summary>
    public long PeakInWindow { get; init; }

    /// <summary>Profiles kept now.</summary>
    public long Profiles { get; init; }
}
