namespace PersonalizeConnectors.Core.Configuration;

/// <summary>Finds what a person probably meant.</summary>
public static class NearestName
{
    /// <summary>Longer names are compared no further: nobody mistypes one name into another of such a length.</summary>
    private const int LongestName = 100;

    /// <summary>
    /// The candidate with the fewest edits (letters added, dropped, changed or swapped with their neighbour, without regard to case),
    /// if that is at most a third of the name's length; null where none is close enough. Of equals the first.
    /// </summary>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        string? nearest = null;
        var fewest = Math.Max(1, name.Length / 3) + 1;
        foreach (var candidate in candidates)
        {
            if (candidate.Length > LongestName || name.Length > LongestName || Math.Abs(candidate.Length - name.Length) >= fewest)
            {
                continue;
            }

            var edits = CountEdits(name.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (edits < fewest)
            {
                fewest = edits;
                nearest = candidate;
            }
        }

        return nearest;
    }

    /// <summary>Optimal string alignment, over three rows of the matrix.</summary>
    private static int CountEdits(string a, string b)
    {
        var beforePrevious = new int[b.Length + 1];
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        var current = new int[b.Length + 1];
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                current[j] = Math.Min(Math.Min(previous[j] + 1, current[j - 1] + 1), previous[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    current[j] = Math.Min(current[j], beforePrevious[j - 2] + 1);
                }
            }

            (beforePrevious, previous, current) = (previous, current, beforePrevious);
        }

        return previous[b.Length];
    }
}
