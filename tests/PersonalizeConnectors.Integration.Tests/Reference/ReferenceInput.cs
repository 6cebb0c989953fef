namespace PersonalizeConnectors.Integration.Tests.Reference;

/// <summary>Everything a job reads, in memory.</summary>
internal sealed class ReferenceInput
{
    private ReferenceInput(string jobType, string jobName, ReferenceConfig config, ReferenceLines lines, ReferenceMapping? mapping, ReferenceCatalog catalog)
    {
        JobType = jobType;
        JobName = jobName;
        Config = config;
        Lines = lines;
        Mapping = mapping;
        Catalog = catalog;
    }

    public string JobType { get; }

    public string JobName { get; }

    public ReferenceConfig Config { get; }

    public ReferenceLines Lines { get; }

    /// <summary>Null for user-keyed jobs.</summary>
    public ReferenceMapping? Mapping { get; }

    public ReferenceCatalog Catalog { get; }

    /// <param name="jobPath">Below the root: <c>etl_jobs/type/name</c>.</param>
    public static ReferenceInput Read(string root, string jobPath)
    {
        var parts = jobPath.Trim('/').Split('/');
        var folder = Path.Combine(root, jobPath);
        var itemKeyed = parts[1] == "related_items";
        var config = ReferenceConfig.Parse(File.ReadAllText(Path.Combine(folder, "config.json")));
        return new(
            parts[1],
            parts[2],
            config,
            new(ReferenceFiles.Read(Path.Combine(root, config.BatchInferencePath), ".out")!, itemKeyed ? "itemId" : "userId"),
            itemKeyed ? new(ReferenceFiles.Read(Path.Combine(folder, "input", "user_item_mapping"), ".csv", ".csv.gz")!) : null,
            new(ReferenceFiles.Read(Path.Combine(folder, "input", "item_metadata"), ".json", ".jsonl", ".json.gz", ".jsonl.gz")));
    }

    /// <summary>Users of the input with their query items in order; for user-keyed jobs each user is its own.</summary>
    public IEnumerable<(string User, List<string> Queries)> Users() => Mapping is not null
        ? Mapping.ItemsByUser.Select(pair => (pair.Key, pair.Value))
        : Lines.ByQuery.Keys.Select(user => (user, new List<string> { user }));

    public long UsersWithoutRecommendations() => Mapping!.ItemsByUser.Values.Count(items => !items.Any(HasResult));

    public long ItemsWithoutUsers()
    {
        var mapped = Mapping!.ItemsByUser.Values.SelectMany(items => items).ToHashSet();
        return Lines.ByQuery.Keys.Count(item => HasResult(item) && !mapped.Contains(item));
    }

    /// <summary>Distinct items that a line which counts recommends, and the metadata lacks.</summary>
    public long UnknownItems() => Lines.ByQuery.Values
        .SelectMany(line => line.Recommendations ?? [])
        .Select(recommendation => recommendation.ItemId)
        .Distinct()
        .Count(item => !Catalog.Knows(item));

    private bool HasResult(string query) => Lines.ByQuery.TryGetValue(query, out var line) && line.Recommendations is not null;
}
