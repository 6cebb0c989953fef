using System.Text.Json.Nodes;

namespace PersonalizeConnectors.Local.Braze;

/// <summary>A copy of one user's profile.</summary>
/// <param name="Attributes">Name and value as JSON text, numbers as they were sent, in the order in which they first came.</param>
/// <param name="Updates">How often an object for this user was applied.</param>
/// <param name="UnchangedUpdates">How many of those changed nothing.</param>
/// <param name="FirstSequence">Number of the request that was applied first.</param>
/// <param name="LastSequence">Number of the request that was applied last.</param>
public sealed record BrazeProfile(
    UserIdentity Identity,
    IReadOnlyList<KeyValuePair<string, string>> Attributes,
    long Updates,
    long UnchangedUpdates,
    long FirstSequence,
    long LastSequence)
{
    /// <summary>JSON text of an attribute; null where the profile has none of that name.</summary>
    public string? this[string name] => Attributes.FirstOrDefault(attribute => attribute.Key == name).Value;

    /// <summary>The attributes as one object.</summary>
    public JsonObject ToJson() => new(Attributes.Select(a => KeyValuePair.Create(a.Key, JsonNode.Parse(a.Value))));
}

/// <summary>What names a user.</summary>
/// <param name="Key">The id itself; for an alias its label, a line feed and its name.</param>
public readonly record struct UserIdentity(IdentifierKind Kind, string Key)
{
    public static UserIdentity External(string id) => new(IdentifierKind.ExternalId, id);

    public static UserIdentity Alias(string label, string name) => new(IdentifierKind.UserAlias, $"{label}\n{name}");
}

/// <summary>The identifiers that Braze knows; the first three are primary.</summary>
public enum IdentifierKind
{
    ExternalId,
    UserAlias,
    BrazeId,
    Email,
    Phone,
}
