using System.Globalization;
using System.Text;

namespace PersonalizeConnectors.Integration.Tests.Reference;

/// <summary>Ids as odd as Personalize allows, and the many ways to write them in JSON.</summary>
internal sealed class RandomText(Random random)
{
    /// <summary>Distinct ids; most are plain.</summary>
    public string[] Ids(int count, string kind) =>
        [.. Enumerable.Range(0, count).Select(i => random.Next(3) > 0 ? $"{kind}-{i}" : Odd(kind, i)).Distinct()];

    /// <summary>The text as a JSON string, now and then with escapes that it does not need.</summary>
    public string Json(string text)
    {
        var json = new StringBuilder("\"");
        var escapes = random.Next(8) == 0;
        foreach (var c in text)
        {
            if (c is '"' or '\\')
            {
                json.Append('\\').Append(c);
            }
            else if (c < ' ' || (escapes && random.Next(3) == 0))
            {
                json.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            }
            else if (c == '/' && escapes)
            {
                json.Append("\\/");
            }
            else
            {
                json.Append(c);
            }
        }

        var written = json.Append('"').ToString();

        // Half an escaped pair beside a raw half is no valid text: such a text is written raw.
        return escapes && text.Any(char.IsSurrogate) ? Raw(text) : written;
    }

    private static string Raw(string text) =>
        "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "\"";

    private string Odd(string kind, int i) => random.Next(12) switch
    {
        0 => $"{kind}\"{i}\"",
        1 => $"{kind},{i}",
        2 => $"{kind}\\{i}",
        3 => $"{kind}\U0001F3D5{i}",
        4 => $"ü{kind}€{i}",
        5 => $"{kind} {i} x",
        6 => i.ToString(CultureInfo.InvariantCulture),
        7 => $"00{i}.50",
        8 => $"{kind}{i}".PadRight(256, 'x'),
        9 => $"{kind}/{i}/../{i}",
        10 => $"{kind}\n{i}",
        _ => $"{kind}'{i}={{}}[]",
    };
}
