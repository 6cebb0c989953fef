using System.Text.Json;

namespace PersonalizeConnectors.Local.Braze;

/// <summary>One object of a request, after its identifiers were looked at.</summary>
/// <param name="Index">Its place in its own array.</param>
/// <param name="Profile">The user's place; null exactly where <paramref name="Error"/> is set.</param>
internal readonly record struct UserObject(
    JsonElement Element, InputArray Array, int Index, Profile? Profile, ObjectError? Error, bool UpdateExistingOnly, bool MergeObjects);

/// <summary>The arrays of a request, in the order in which they are applied.</summary>
internal enum InputArray
{
    Attributes,
    Events,
    Purchases,
}

/// <summary>Keys of an object that are not attributes.</summary>
internal static class ControlKeys
{
    private static readonly HashSet<string> Known =
    [
        "external_id", "user_alias", "alias_name", "alias_label", "braze_id", "_update_existing_only", "_merge_objects",
        "push_token_import", "push_tokens", "subscription_groups",
    ];

    public static bool Contains(string name) => Known.Contains(name);
}
