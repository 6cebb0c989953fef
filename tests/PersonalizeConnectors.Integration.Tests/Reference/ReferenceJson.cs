using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PersonalizeConnectors.Integration.Tests.Reference;

/// <summary>JSON as text, built by hand so that numbers keep theirs.</summary>
internal static class ReferenceJson
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    public static string Text(string text) => JsonSerializer.Serialize(text, Relaxed);

    public static string List(IEnumerable<string> values) => "[" + string.Join(',', values) + "]";

    public static string Object(IEnumerable<KeyValuePair<string, string>> members) =>
        "{" + string.Join(',', members.Select(member => Text(member.Key) + ":" + member.Value)) + "}";

    /// <summary>
    /// One text for all ways to write a value: without white space, escapes resolved, keys of objects sorted; numbers as they stand. Two values
    /// are the same for a test if these are.
    /// </summary>
    public static string Canonical(string json) => Canonical(JsonElement.Parse(json));

    public static string Canonical(JsonNode node) => Canonical(node.ToJsonString());

    private static string Canonical(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => Object(value.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Name, Canonical(p.Value)))),
        JsonValueKind.Array => List(value.EnumerateArray().Select(Canonical)),
        JsonValueKind.String => Text(value.GetString()!),
        _ => value.GetRawText(),
    };
}
