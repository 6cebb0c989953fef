using System.Text.RegularExpressions;

namespace PersonalizeConnectors.Activities.Tests.Join;

/// <summary>The rules of a mapping row, written for the reader: USER_ID first, ITEM_ID second, a third column ignored.</summary>
internal static partial class SlowMapping
{
    public const string Malformed = "malformed";

    /// <summary>Rows behind the header, as <c>user|item</c> or <see cref="Malformed"/>.</summary>
    public static List<string> Rows(string text)
    {
        var rows = new List<string>();
        var at = 0;
        while (true)
        {
            while (at < text.Length && text[at] is '\r' or '\n')
            {
                at++;
            }

            if (at == text.Length)
            {
                return rows[1..];
            }

            var (fields, end) = Row(text, at);
            var raw = text[at..end].Trim('\r', '\n');
            if (raw.Contains('\n', StringComparison.Ordinal) && fields.Exists(IsBad))
            {
                rows.Add(Malformed);
                at = text.IndexOf('\n', at) + 1;
                continue;
            }

            at = end;
            if (fields.Count > 1 || !string.IsNullOrWhiteSpace(fields[0]))
            {
                rows.Add(Describe(fields));
            }
        }
    }

    private static string Describe(List<string> fields)
    {
        if (fields.Count < 2 || IsBad(fields[0]) || IsBad(fields[1]))
        {
            return Malformed;
        }

        var (user, item) = (Value(fields[0]), Value(fields[1]));
        return user.Length is > 0 and <= 256 && item.Length is > 0 and <= 256 ? $"{user}|{item}" : Malformed;
    }

    // Separators inside quotes are text; a quote opens only at the start of a field.
    private static (List<string> Fields, int End) Row(string text, int at)
    {
        var fields = new List<string>();
        while (true)
        {
            var start = at;
            var isQuoted = at < text.Length && text[at] == '"';
            var inside = false;
            for (; at < text.Length && (inside || text[at] is not (',' or '\r' or '\n')); at++)
            {
                inside ^= isQuoted && text[at] == '"';
            }

            fields.Add(text[start..at]);
            if (at == text.Length || text[at] != ',')
            {
                return (fields, at < text.Length && text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? at + 2 : Math.Min(at + 1, text.Length));
            }

            at++;
        }
    }

    private static bool IsBad(string field) => field.Contains('"', StringComparison.Ordinal) && !WellQuoted().IsMatch(field);

    private static string Value(string field) =>
        field.StartsWith('"') && field.Length > 1 ? field[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : field;

    [GeneratedRegex("^\"([^\"]|\"\")*\"\\z", RegexOptions.Singleline)]
    private static partial Regex WellQuoted();
}
