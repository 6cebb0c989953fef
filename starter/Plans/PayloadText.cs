using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PersonalizeConnectors.Starter.Plans;

/// <summary>A payload for reading: long lists are shortened, and what fits stands on one line. The document has all of it.</summary>
internal static class PayloadText
{
    private const int MostLines = 24;

    // A list of one more is written whole: "… 1 more" takes as much room.
    private const int ShownOfList = 3;

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="width">Columns of a line.</param>
    public static IReadOnlyList<string> Of(JsonNode? payload, int width)
    {
        var lines = new List<string>();
        Write(payload, "", "", "", width, lines);
        return lines.Count <= MostLines
            ? lines
            : [.. lines.Take(MostLines), string.Create(CultureInfo.InvariantCulture, $"… {lines.Count - MostLines} more lines; --json shows all")];
    }

    private static void Write(JsonNode? node, string indent, string before, string after, int width, List<string> lines)
    {
        var line = indent + before + Inline(node) + after;
        if (line.Length <= width || node is not (JsonObject or JsonArray))
        {
            lines.Add(line.Length <= width ? line : line[..(width - 1)] + "…");
            return;
        }

        lines.Add(indent + before + (node is JsonObject ? "{" : "["));
        if (node is JsonObject members)
        {
            var left = members.Count;
            foreach (var (name, value) in members)
            {
                Write(value, indent + "  ", Quote(name) + ": ", --left > 0 ? "," : "", width, lines);
            }
        }
        else
        {
            WriteElements(node.AsArray(), indent + "  ", width, lines);
        }

        lines.Add(indent + (node is JsonObject ? "}" : "]") + after);
    }

    private static void WriteElements(JsonArray list, string indent, int width, List<string> lines)
    {
        var (shown, more) = Shown(list);
        for (var i = 0; i < shown; i++)
        {
            Write(list[i], indent, "", i < list.Count - 1 ? "," : "", width, lines);
        }

        if (more.Length > 0)
        {
            lines.Add(indent + more);
        }
    }

    private static string Inline(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                return "{ " + string.Join(", ", members.Select(m => $"{Quote(m.Key)}: {Inline(m.Value)}")) + " }";
            case JsonArray list:
                var (shown, more) = Shown(list);
                var elements = list.Take(shown).Select(Inline);
                return "[" + string.Join(", ", more.Length > 0 ? elements.Append(more) : elements) + "]";
            default:
                return node?.ToJsonString(Readable) ?? "null";
        }
    }

    private static (int Shown, string More) Shown(JsonArray list) => list.Count <= ShownOfList + 1
        ? (list.Count, "")
        : (ShownOfList, string.Create(CultureInfo.InvariantCulture, $"… {list.Count - ShownOfList} more"));

    private static string Quote(string name) => JsonSerializer.Serialize(name, Readable);
}
