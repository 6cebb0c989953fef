namespace PersonalizeConnectors.Activities.Storage;

/// <summary>Which objects of an input folder are read; everything else there is somebody's note.</summary>
public static class InputNames
{
    /// <summary><c>.csv</c>, compressed or not.</summary>
    public static bool IsMapping(string key) => HasEnding(key, ".csv");

    /// <summary><c>.json</c> or <c>.jsonl</c>, compressed or not.</summary>
    public static bool IsMetadata(string key) => HasEnding(key, ".json") || HasEnding(key, ".jsonl");

    private static bool HasEnding(string key, string ending) =>
        key.EndsWith(ending, StringComparison.Ordinal) || key.EndsWith(ending + ".gz", StringComparison.Ordinal);
}
