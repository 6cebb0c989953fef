using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Workflows.Tests.Fakes;

internal static class FakePlans
{
    public static PlannedConnector Braze(string name = "braze") => new(name, "braze", "direct", 100);

    public static PlanResult UserKeyed(int chunks = 2, int shards = 2, params PlannedConnector[] connectors) => new()
    {
        JobType = "user_personalization",
        ItemKeyed = false,
        Chunks = chunks,
        MappingChunks = 0,
        Shards = shards,
        Connectors = connectors.Length == 0 ? [Braze()] : connectors,
        MaxRemovalRate = 0.2,
    };

    public static PlanResult ItemKeyed() => UserKeyed() with { JobType = "related_items", ItemKeyed = true, MappingChunks = 3 };

    /// <summary>What Delta says of a shard whose users are all new.</summary>
    public static DeltaResult New(long updates) => new() { Updates = updates, StateUsers = 0, Users = new UserCounts(Total: updates, New: updates) };
}
