using System.Text.Json;

namespace PersonalizeConnectors.Integration.Tests.Reference;

/// <summary>What Braze makes of attributes, written a second time and independently of the simulator.</summary>
internal static class BrazeRules
{
    private const int MaxCharacters = 255;
    private const int MaxBytes = 102_400;
    private const int MaxValues = 500;

    /// <summary>The profile after an update; a profile is attribute name and canonical JSON text.</summary>
    public static SortedDictionary<string, string> Apply(IReadOnlyDictionary<string, string> profile, IReadOnlyDictionary<string, string> update)
    {
        var after = new SortedDictionary<string, string>(profile.ToDictionary(), StringComparer.Ordinal);
        foreach (var (name, json) in update)
        {
            if (json == "null")
            {
                after.Remove(name);
            }
            else
            {
                after[name] = ReferenceJson.Canonical(Kept(json));
            }
        }

        return after;
    }

    /// <summary>Why Braze would refuse or silently drop a part of the update; null if it would not.</summary>
    public static string? Problem(IReadOnlyDictionary<string, string> attributes) => attributes
        .Select(attribute => attribute.Key.EnumerateRunes().Count() > MaxCharacters ? "name too long" : ProblemOf(attribute.Value))
        .FirstOrDefault(problem => problem is not null);

    private static string? ProblemOf(string json)
    {
        var value = JsonElement.Parse(json);
        if (value.ValueKind is JsonValueKind.Array or JsonValueKind.Object && System.Text.Encoding.UTF8.GetByteCount(json) > MaxBytes)
        {
            return "too large";
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => TooLong(value),
            JsonValueKind.Object => Nested(value),
            JsonValueKind.Array when value.GetArrayLength() > MaxValues => "too many values",
            JsonValueKind.Array => value.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.String ? TooLong(e) : Nested(e)).FirstOrDefault(p => p is not null),
            _ => null,
        };
    }

    private static string? Nested(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "nested null",
        JsonValueKind.String => TooLong(value),
        JsonValueKind.Array => value.EnumerateArray().Select(Nested).FirstOrDefault(p => p is not null),
        JsonValueKind.Object => value.EnumerateObject().Select(p => Key(p.Name) ?? Nested(p.Value)).FirstOrDefault(p => p is not null),
        _ => null,
    };

    private static string? Key(string name) =>
        name.Length == 0 || name.IndexOfAny([' ', '.', '$']) >= 0 ? "nested key" : name.EnumerateRunes().Count() > MaxCharacters ? "name too long" : null;

    private static string? TooLong(JsonElement text) => text.GetString()!.EnumerateRunes().Count() > MaxCharacters ? "string too long" : null;

    // An array of plain values is an ordered set: of equal ones the first stays.
    private static string Kept(string json)
    {
        var value = JsonElement.Parse(json);
        return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(e => e.ValueKind != JsonValueKind.Object)
            ? ReferenceJson.List(value.EnumerateArray().Select(e => ReferenceJson.Canonical(e.GetRawText())).Distinct())
            : json;
    }
}
