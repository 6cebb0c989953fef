namespace PersonalizeConnectors.Activities.Storage.Local;

/// <summary>The order of the strings' UTF-8 bytes, which is that of code points; S3 lists in it.</summary>
internal sealed class Utf8Order : IComparer<string>
{
    public static Utf8Order Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
        {
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        }

        var common = x.AsSpan().CommonPrefixLength(y);
        return common == x.Length || common == y.Length ? x.Length.CompareTo(y.Length) : Weight(x[common]).CompareTo(Weight(y[common]));
    }

    /// <summary>In UTF-16, surrogates (code points above U+FFFF) stand before U+E000 to U+FFFF; in UTF-8 after them.</summary>
    private static int Weight(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
}
