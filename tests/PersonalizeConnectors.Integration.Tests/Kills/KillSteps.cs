namespace PersonalizeConnectors.Integration.Tests.Kills;

/// <summary>A step, and the object that the step before it leaves: once that is there the store is frozen, and the step waits for its first write.</summary>
public static class KillSteps
{
    public static TheoryData<string, string> OfTheJob => new()
    {
        { "Recover", "" }, { "Plan", "staging/.holder" }, { "Load", "staging/*/plan.json" }, { "SplitErrors", "staging/*/samples/load-00000.json" },
        { "Table", "staging/*/samples/errors-00000.json" }, { "Join", "staging/*/table" },
    };

    public static TheoryData<string, string> OfAConnector => new()
    {
        { "Decorate", "staging/*/samples/errors-00000.json" }, { "Delta", "staging/*/braze/catalog" }, { "Write", "staging/*/braze/delta/00000" },
        { "Deliver", "staging/*/braze/write/00000" }, { "CommitState", "staging/*/braze/commit/00000" }, { "Report", "output/braze/state/manifest.json" },
    };
}
