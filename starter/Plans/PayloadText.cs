using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PersonalizeConnectors.Starter.Plans;

/// <summary>A payload for reading: what fits stands on one line, and long payloads are cut.</summary>
internal static class PayloadText
{
    private const int MostLines = 24;
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="width">Columns of a line.</param>
    public static IReadOnlyList<string> Of(JsonNode? payload, int width)
    {
        var lines = new List<string>();
        Write(payload, "", "", "", width, lines);
        return lines.Count <= MostLines
            ? lines
            : [.. lines.Take(MostLines), FormattableString.Invariant($"… {lines.Count - MostLines} more lines; --json shows all")];
    }

    private static void Write(JsonNode? node, string indent, string before, string after, int width, List<string> lines)
    {
        var text = node?.ToJsonString(Readable) ?? "null";
        if (indent.Length + before.Length + text.Length + after.Length <= width || node is not (JsonObject or JsonArray))
        {
            lines.Add(Cut(indent + before + text + after, width));
            return;
        }

        lines.Add(indent + before + (node is JsonObject ? "{" : "["));
        if (node is JsonObject members)
        {
            WriteAll([.. members.Select(m => (JsonSerializer.Serialize(m.Key, Readable) + ": ", m.Value))], indent + "  ", width, lines);
        }
        else
        {
            WriteAll([.. node.AsArray().Select(value => ("", value))], indent + "  ", width, lines);
        }

        lines.Add(indent + (node is JsonObject ? "}" : "]") + after);
    }

    private static void WriteAll(List<(string Before, JsonNode? Value)> values, string indent, int width, List<string> lines)
    {
        // Plain values of a list fill the line.
        if (values.TrueForAll(v => v.Before.Length == 0 && v.Value is not (JsonObject or JsonArray)))
        {
            Fill([.. values.Select((v, i) => (v.Value?.ToJsonString(Readable) ?? "null") + (i < values.Count - 1 ? "," : ""))], indent, width, lines);
            return;
        }

        for (var i = 0; i < values.Count; i++)
        {
            Write(values[i].Value, indent, values[i].Before, i < values.Count - 1 ? "," : "", width, lines);
        }
    }

    private static void Fill(string[] texts, string indent, int width, List<string> lines)
    {
        var line = new StringBuilder(indent);
        foreach (var text in texts)
        {
            if (line.Length > indent.Length && line.Length + 1 + text.Length > width)
            {
                lines.Add(Cut(line.ToString(), width));
                line.Clear().Append(indent);
            }

            line.Append(line.Length > indent.Length ? " " : "").Append(text);
        }

        lines.Add(Cut(line.ToString(), width));
    }

    private static string Cut(string line, int width) => line.Length <= width ? line : line[..(width - 1)] + "…";
}
