namespace PersonalizeConnectors.Benchmarks.Data;

/// <summary>What a generated job holds; the same values give the same bytes.</summary>
/// <param name="IsTexty">Catalog with free text.</param>
internal sealed record JobSize(long Users, int Recommendations, long Items, bool IsTexty, ulong Seed)
{
    public string Catalog => IsTexty ? "texty" : "plain";
}
