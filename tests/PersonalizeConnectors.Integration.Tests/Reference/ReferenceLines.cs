using System.Text.Json;

namespace PersonalizeConnectors.Integration.Tests.Reference;

/// <param name="Score">The number as it stands; null for none.</param>
internal sealed record ReferenceRecommendation(string ItemId, string? Score);

/// <param name="Recommendations">Null for an error.</param>
/// <param name="Theme">JSON text; null for none.</param>
internal sealed record ReferenceLine(string? QueryId, List<ReferenceRecommendation>? Recommendations, string? Theme);

/// <summary>All lines of batch output; of several for one query the last counts.</summary>
internal sealed class ReferenceLines
{
    private readonly Dictionary<string, ReferenceLine> _byQuery = [];

    public ReferenceLines(IEnumerable<string> texts, string idKey)
    {
        foreach (var line in texts.SelectMany(ReferenceFiles.Lines))
        {
            Read++;
            if (Parse(line, idKey) is not { } parsed)
            {
                Malformed++;
                continue;
            }

            Errors += parsed.Recommendations is null ? 1 : 0;
            Results += parsed.Recommendations is null ? 0 : 1;
            Empty += parsed.Recommendations is { Count: 0 } ? 1 : 0;
            if (parsed.QueryId is { } id)
            {
                Duplicates += _byQuery.TryGetValue(id, out var replaced) && replaced.Recommendations is not null ? 1 : 0;
                _byQuery[id] = parsed;
            }
        }
    }

    public long Read { get; }

    public long Results { get; }

    public long Errors { get; }

    public long Malformed { get; }

    /// <summary>Results that a later line of their query replaced.</summary>
    public long Duplicates { get; }

    /// <summary>Results with an empty list, replaced ones too.</summary>
    public long Empty { get; }

    public IReadOnlyDictionary<string, ReferenceLine> ByQuery => _byQuery;

    /// <summary>Null: malformed.</summary>
    private static ReferenceLine? Parse(string line, string idKey)
    {
        JsonElement root;
        try
        {
            root = JsonElement.Parse(line);
        }
        catch (JsonException)
        {
            return null;
        }

        if (root.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var id = Property(root, "input") is { ValueKind: JsonValueKind.Object } input && Property(input, idKey) is { } value ? Id(value) : null;
        var hasError = Property(root, "error") is { } error && error.ValueKind != JsonValueKind.Null && error.ToString().Length > 0;
        if (hasError || Property(root, "output") is not { ValueKind: JsonValueKind.Object } output)
        {
            return new(id, null, null);
        }

        if (id is null || Property(output, "recommendedItems") is not { ValueKind: JsonValueKind.Array } items)
        {
            return null;
        }

        var ids = items.EnumerateArray().Select(Id).ToList();
        var scores = Property(output, "scores") is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray().ToList() : [];
        var theme = Property(output, "theme") is { ValueKind: JsonValueKind.String } text && text.GetString()!.Length > 0 ? text.GetRawText() : null;
        return ids.Contains(null) ? null : new(id, [.. ids.Select((item, i) => new ReferenceRecommendation(item!, Score(scores, i)))], theme);
    }

    private static JsonElement? Property(JsonElement parent, string name) => parent.TryGetProperty(name, out var value) ? value : null;

    private static string? Id(JsonElement value) =>
        value.ValueKind is JsonValueKind.String or JsonValueKind.Number && value.ToString() is { Length: > 0 and <= 256 } id ? id : null;

    private static string? Score(List<JsonElement> scores, int place) =>
        place < scores.Count && scores[place].ValueKind == JsonValueKind.Number ? scores[place].GetRawText() : null;
}
