namespace PersonalizeConnectors.Integration.Tests.Reference;

public sealed class RandomJobTests
{
    [Fact]
    public void Write_SameSeed_GivesTheSameBytes()
    {
        using var one = new ReferenceRoot();
        using var other = new ReferenceRoot();
        foreach (var root in new[] { one, other })
        {
            var job = new RandomJob(7, root.Path);
            job.Write();
            job.Write(newConfig: true);
        }

        Assert.Equal(Content(one.Path), Content(other.Path));
    }

    /// <summary>The generator makes what it is for: over many seeds every count and every kind of user occurs.</summary>
    [Fact]
    public void Write_ManySeeds_CoverEveryCase()
    {
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        for (var seed = 0; seed < 150; seed++)
        {
            using var root = new ReferenceRoot();
            var job = new RandomJob(seed, root.Path);
            job.Write();
            var (input, first) = Run(root.Path, job.JobPath, ReferenceState.Empty);
            job.Write();
            var (_, second) = Run(root.Path, job.JobPath, first.Next);
            Note(seen, input, second);
        }

        Assert.Equal(
            [
                "arrayOfObjects", "catalog duplicates", "catalog malformed", "changed", "duplicates", "empty", "errors", "itemIds", "items without users",
                "left alone", "malformed", "mapping malformed", "new", "no metadata", "parallelArrays", "personalized_ranking", "rejected", "related_items",
                "removed", "theme", "unchanged", "unknown items", "user_personalization", "users without recommendations",
            ],
            seen);
    }

    private static (ReferenceInput Input, ReferenceRun Run) Run(string root, string jobPath, ReferenceState state)
    {
        var input = ReferenceInput.Read(root, jobPath);
        var connector = Assert.Single(input.Config.Connectors);
        Assert.Equal(input.Lines.Read, input.Lines.Results + input.Lines.Errors + input.Lines.Malformed);
        return (input, ReferenceRun.Of(input, connector, state, new()));
    }

    private static void Note(SortedSet<string> seen, ReferenceInput input, ReferenceRun run)
    {
        seen.UnionWith([input.JobType, input.Config.Connectors[0].Shape]);
        (string Case, bool Occurs)[] cases =
        [
            ("errors", input.Lines.Errors > 0), ("malformed", input.Lines.Malformed > 0), ("duplicates", input.Lines.Duplicates > 0),
            ("empty", input.Lines.Empty > 0), ("mapping malformed", input.Mapping?.Malformed > 0),
            ("users without recommendations", input.Mapping is not null && input.UsersWithoutRecommendations() > 0),
            ("items without users", input.Mapping is not null && input.ItemsWithoutUsers() > 0),
            ("no metadata", !input.Catalog.Exists), ("catalog malformed", input.Catalog.Malformed > 0), ("catalog duplicates", input.Catalog.Duplicates > 0),
            ("unknown items", input.UnknownItems() > 0), ("theme", run.Records.Any(record => record.ContainsKey("theme"))),
            ("new", run.New.Count > 0), ("changed", run.Changed.Count > 0), ("unchanged", run.Unchanged.Count > 0), ("removed", run.Removed.Count > 0),
            ("rejected", run.Rejected.Count > 0), ("left alone", run.Unchanged.Exists(user => !run.Attributes.ContainsKey(user))),
        ];
        seen.UnionWith(cases.Where(one => one.Occurs).Select(one => one.Case));
    }

    private static IEnumerable<string> Content(string root) => Directory.GetFiles(root, "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)
        .Select(file => Path.GetRelativePath(root, file) + " " + Convert.ToBase64String(File.ReadAllBytes(file)));
}
