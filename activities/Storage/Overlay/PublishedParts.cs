namespace PersonalizeConnectors.Activities.Storage.Overlay;

/// <summary>
/// Parts that a run publishes for others and never reads: records under <c>output/</c>, lines under <c>errors/</c>. They can be larger than the
/// inputs, so an overlay does not keep them.
/// </summary>
internal static class PublishedParts
{
    // etl_jobs/<type>/<name>/ and then output/<connector>/year=… or errors/year=…
    private const int Below = 3;

    public static bool Contains(string key)
    {
        var names = key.Split('/');
        return names.Length > Below + 2 && names[0] == "etl_jobs"
            && ((names[Below] == "output" && IsYear(names[Below + 2])) || (names[Below] == "errors" && IsYear(names[Below + 1])));
    }

    private static bool IsYear(string name) => name.StartsWith("year=", StringComparison.Ordinal);
}
