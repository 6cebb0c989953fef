using System.Globalization;
using System.Text;
using System.Text.Json;

namespace PersonalizeConnectors.Local.Braze;

/// <summary>Changes to the value that a profile has, in place of a new value.</summary>
internal enum ValueOperation
{
    None,

    /// <summary><c>{"inc": n}</c></summary>
    Increment,

    /// <summary><c>{"add": […]}</c>, <c>{"remove": […]}</c> or both.</summary>
    AddOrRemove,

    /// <summary><c>$add</c>, <c>$remove</c>, <c>$update</c>: refused.</summary>
    ArrayOfObjects,
}

internal static class ValueOperations
{
    /// <summary>The operation that an object stands for, if all its keys name the same one.</summary>
    public static ValueOperation Of(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return ValueOperation.None;
        }

        var found = ValueOperation.None;
        foreach (var property in value.EnumerateObject())
        {
            var operation = Of(property);
            if (operation == ValueOperation.None || (found != ValueOperation.None && found != operation))
            {
                return ValueOperation.None;
            }

            found = operation;
        }

        return found;
    }

    /// <summary>Only with the profile's gate held. True if it changed something.</summary>
    public static bool Apply(Profile profile, string name, JsonElement value, ValueOperation operation, BrazeSettings settings)
    {
        if (operation == ValueOperation.Increment)
        {
            var old = long.TryParse(Encoding.UTF8.GetString(profile.Get(name)), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;
            var sum = old + value.GetProperty("inc").GetInt64();
            return profile.Set(name, Encoding.UTF8.GetBytes(sum.ToString(CultureInfo.InvariantCulture)));
        }

        var current = profile.Get(name) is [(byte)'[', ..] json ? JsonElement.Parse(json) : JsonElement.Parse("[]");
        var added = value.TryGetProperty("add", out var add) ? add.EnumerateArray().ToArray() : [];
        var removed = value.TryGetProperty("remove", out var remove) ? remove.EnumerateArray().ToArray() : [];

        // Added values move to the end, and of too many the oldest go.
        var kept = current.EnumerateArray()
            .Where(old => !added.Concat(removed).Any(other => JsonElement.DeepEquals(old, other)))
            .Concat(added.Where(one => !removed.Any(other => JsonElement.DeepEquals(one, other))))
            .ToArray();
        return profile.Set(name, ArrayRules.Kept(kept.TakeLast(settings.Limits.MaxArrayValues), settings));
    }

    private static ValueOperation Of(JsonProperty property) => property.Name switch
    {
        "inc" when property.Value.ValueKind == JsonValueKind.Number && property.Value.TryGetInt64(out _) => ValueOperation.Increment,
        "add" or "remove" when property.Value.ValueKind == JsonValueKind.Array => ValueOperation.AddOrRemove,
        "$add" or "$remove" or "$update" => ValueOperation.ArrayOfObjects,
        _ => ValueOperation.None,
    };
}
