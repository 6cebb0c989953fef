using System.Text.Json;

namespace PersonalizeConnectors.Integration.Tests.Reference;

/// <summary>Item metadata: of several lines for one id the last counts; null and "" count as missing.</summary>
internal sealed class ReferenceCatalog
{
    private readonly Dictionary<string, List<KeyValuePair<string, JsonElement>>> _items = [];

    /// <param name="texts">Null: the job has no metadata, and no item is unknown.</param>
    public ReferenceCatalog(IEnumerable<string>? texts)
    {
        Exists = texts is not null;
        foreach (var line in (texts ?? []).SelectMany(ReferenceFiles.Lines))
        {
            if (Parse(line) is not ({ } id, var item))
            {
                Malformed++;
                continue;
            }

            Duplicates += _items.ContainsKey(id) ? 1 : 0;
            _items[id] = [.. item.EnumerateObject().Where(p => p.Name != "id" && !IsMissing(p.Value)).Select(p => KeyValuePair.Create(p.Name, p.Value))];
        }
    }

    public bool Exists { get; }

    public long Items => _items.Count;

    public long Malformed { get; }

    public long Duplicates { get; }

    public bool Knows(string itemId) => !Exists || _items.ContainsKey(itemId);

    /// <summary>The chosen fields that the item has: in configured order, or in its own.</summary>
    public List<KeyValuePair<string, JsonElement>> FieldsOf(string itemId, IReadOnlyList<string>? chosen)
    {
        var item = _items.TryGetValue(itemId, out var known) ? known : [];
        return chosen is null ? item : [.. chosen.Distinct().SelectMany(name => item.Where(field => field.Key == name))];
    }

    private static bool IsMissing(JsonElement value) =>
        value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.String && value.GetString()!.Length == 0);

    private static (string? Id, JsonElement Item) Parse(string line)
    {
        try
        {
            var item = JsonElement.Parse(line);
            return item.ValueKind == JsonValueKind.Object && item.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String
                && id.GetString()!.Length is > 0 and <= 256
                ? (id.GetString(), item)
                : (null, default);
        }
        catch (JsonException)
        {
            return (null, default);
        }
    }
}
