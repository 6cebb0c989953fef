using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace PersonalizeConnectors.Local.Braze;

/// <summary>Settings as JSON: camelCase keys, enums by name, unknown keys refused.</summary>
internal static class SettingsJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The settings with the given keys changed; objects key by key, lists as a whole.</summary>
    /// <exception cref="JsonException">A key or value that is not known.</exception>
    public static BrazeSettings Change(BrazeSettings settings, JsonObject change)
    {
        var all = JsonSerializer.SerializeToNode(settings, Options)!.AsObject();
        Overlay(all, change);
        return all.Deserialize<BrazeSettings>(Options)!;
    }

    private static void Overlay(JsonObject target, JsonObject change)
    {
        foreach (var (name, value) in change)
        {
            if (value is JsonObject inner && target[name] is JsonObject existing)
            {
                Overlay(existing, inner);
            }
            else
            {
                target[name] = value?.DeepClone();
            }
        }
    }
}
