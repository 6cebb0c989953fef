using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PersonalizeConnectors.Local.Braze;

/// <summary>Objects and arrays of objects.</summary>
internal static class NestedRules
{
    private static readonly System.Buffers.SearchValues<byte> Forbidden = System.Buffers.SearchValues.Create(" .$"u8);

    /// <summary>False: it holds a null, a key with a space, a dot or a dollar, or a name or string that is too long.</summary>
    public static bool IsValid(JsonElement value, BrazeLimits limits) => value.ValueKind switch
    {
        JsonValueKind.Null => false,
        JsonValueKind.String => TextRules.Fits(value, limits.MaxStringCharacters),
        JsonValueKind.Array => AllValid(value, limits),
        JsonValueKind.Object => IsTime(value) || ObjectIsValid(value, limits),
        _ => true,
    };

    /// <summary>Deep merge: objects key by key, everything else replaced.</summary>
    public static byte[] Merge(ReadOnlySpan<byte> old, JsonElement update)
    {
        var target = JsonNode.Parse(old)!.AsObject();
        Merge(target, JsonObject.Create(update)!);
        return JsonSerializer.SerializeToUtf8Bytes(target);
    }

    private static bool AllValid(JsonElement array, BrazeLimits limits)
    {
        foreach (var value in array.EnumerateArray())
        {
            if (!IsValid(value, limits))
            {
                return false;
            }
        }

        return true;
    }

    private static bool ObjectIsValid(JsonElement value, BrazeLimits limits)
    {
        foreach (var property in value.EnumerateObject())
        {
            if (!IsValidKey(property, limits) || !IsValid(property.Value, limits))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsValidKey(JsonProperty property, BrazeLimits limits)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(property);
        return raw.Length > 0
            && !raw.ContainsAny(Forbidden)
            && (raw.Length <= limits.MaxNameCharacters || TextRules.Fits(property.Name, limits.MaxNameCharacters))
            && (!raw.Contains((byte)'\\') || property.Name.AsSpan().IndexOfAny(" .$") < 0);
    }

    // {"$time": "…"}: a date inside an object.
    private static bool IsTime(JsonElement value)
    {
        var properties = value.EnumerateObject();
        return properties.MoveNext() && properties.Current.NameEquals("$time"u8)
            && properties.Current.Value.ValueKind == JsonValueKind.String && !properties.MoveNext();
    }

    private static void Merge(JsonObject target, JsonObject update)
    {
        foreach (var (name, value) in update)
        {
            if (value is JsonObject inner && target[name] is JsonObject existing)
            {
                Merge(existing, inner);
            }
            else
            {
                target[name] = value?.DeepClone();
            }
        }
    }
}
