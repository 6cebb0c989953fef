using System.Runtime.InteropServices;
using System.Text.Json;

namespace PersonalizeConnectors.Local.Braze;

/// <summary>
/// What becomes of each attribute of an object. Not simulated: strings that look like dates stay strings, while Braze makes a Time of them
/// unless the attribute's type is set by hand.
/// </summary>
internal sealed class AttributeRules(AttributeNames names, Statistics statistics)
{
    /// <summary>Applies one valid object of <c>attributes</c>.</summary>
    public void Apply(in UserObject update, long sequence, BrazeSettings settings)
    {
        var profile = update.Profile!;
        lock (profile.Gate)
        {
            if (update.UpdateExistingOnly && !profile.Exists)
            {
                statistics.OnUnknownUser();
                return;
            }

            var changed = !profile.Create();
            var nestedAreValid = NestedAreValid(update.Element, settings.Limits);
            foreach (var property in update.Element.EnumerateObject())
            {
                var name = names.Of(JsonMarshal.GetRawUtf8PropertyName(property), property);
                if (!ControlKeys.Contains(name))
                {
                    changed |= Apply(profile, name, property.Value, update.MergeObjects, nestedAreValid, settings);
                }
            }

            profile.OnApplied(sequence, changed);
            if (!changed)
            {
                statistics.OnUnchanged();
            }
        }
    }

    private static bool NestedAreValid(JsonElement update, BrazeLimits limits)
    {
        foreach (var property in update.EnumerateObject())
        {
            if (!property.NameEquals("user_alias"u8) && IsNested(property.Value)
                && ValueOperations.Of(property.Value) == ValueOperation.None && !NestedRules.IsValid(property.Value, limits))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsNested(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object
        || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0 && value[0].ValueKind == JsonValueKind.Object);

    private bool Apply(Profile profile, string name, JsonElement value, bool merge, bool nestedAreValid, BrazeSettings settings)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return profile.Remove(name);
        }

        var drop = Refusal(name, value, nestedAreValid, settings);
        if (drop is not null)
        {
            statistics.OnSilentDrop(drop);
            return false;
        }

        var operation = ValueOperations.Of(value);
        if (operation != ValueOperation.None)
        {
            return ValueOperations.Apply(profile, name, value, operation, settings);
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => profile.Set(name, TextRules.Trimmed(value)),
            JsonValueKind.Array when !IsNested(value) && !ArrayRules.IsKeptAsSent(value, settings.Limits) =>
                profile.Set(name, ArrayRules.Kept(value.EnumerateArray(), settings)),
            JsonValueKind.Object when merge && profile.Get(name) is [(byte)'{', ..] old => profile.Set(name, NestedRules.Merge(old, value)),
            _ => profile.Set(name, JsonMarshal.GetRawUtf8Value(value)),
        };
    }

    private string? Refusal(string name, JsonElement value, bool nestedAreValid, BrazeSettings settings)
    {
        var limits = settings.Limits;
        if (name.Length == 0 || !TextRules.Fits(name, limits.MaxNameCharacters))
        {
            return "name too long or empty";
        }

        if (settings.BlocklistedAttributes.Count > 0 && settings.BlocklistedAttributes.Contains(name))
        {
            return "blocklisted";
        }

        if (settings.FixedAttributeTypes && !names.HasType(name, value.ValueKind))
        {
            return "other type";
        }

        return value.ValueKind switch
        {
            JsonValueKind.String when !TextRules.Fits(value, limits.MaxStringCharacters) => "string too long",
            JsonValueKind.Array or JsonValueKind.Object when JsonMarshal.GetRawUtf8Value(value).Length > limits.MaxObjectBytes => "too large",
            JsonValueKind.Array when !IsNested(value) => PlainArrayRefusal(value, limits),
            JsonValueKind.Array or JsonValueKind.Object when ValueOperations.Of(value) == ValueOperation.None && !nestedAreValid => "invalid nested value",
            JsonValueKind.Array when MixesObjects(value) => "mixed array",
            _ => null,
        };
    }

    private static string? PlainArrayRefusal(JsonElement array, BrazeLimits limits)
    {
        foreach (var value in array.EnumerateArray())
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Array or JsonValueKind.Object:
                    return "mixed array";
                case JsonValueKind.String when !TextRules.Fits(value, limits.MaxStringCharacters):
                    return "string too long";
            }
        }

        return null;
    }

    private static bool MixesObjects(JsonElement array)
    {
        foreach (var value in array.EnumerateArray())
        {
            if (value.ValueKind != JsonValueKind.Object)
            {
                return true;
            }
        }

        return false;
    }
}
