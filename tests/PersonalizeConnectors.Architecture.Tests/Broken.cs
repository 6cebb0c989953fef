namespace PersonalizeConnectors.Architecture.Tests;

internal static class Broken
{
    /// <summary>Fails with every place that breaks a rule, in full.</summary>
    public static void None(IEnumerable<string> places)
    {
        var found = places.ToList();
        Assert.True(found.Count == 0, string.Join('\n', found));
    }
}
