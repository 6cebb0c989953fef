using System.Text.Json;

namespace PersonalizeConnectors.Core.Configuration.Destinations;

/// <summary>What a destination accepts, as far as a configuration can break it. Known before anything is sent.</summary>
public interface IDestinationRules
{
    /// <summary>The value of <c>type</c>.</summary>
    string Type { get; }

    /// <summary>The destination's name for people.</summary>
    string Title { get; }

    /// <summary>Names that mean something else there: identifiers, profile fields, control keys. Compared exactly.</summary>
    IReadOnlySet<string> ReservedAttributes { get; }

    /// <summary>Most recommendations of one user.</summary>
    int MaxRecommendations { get; }

    /// <summary>Longest text value, in characters.</summary>
    int MaxTextLength { get; }

    /// <summary>Range of <c>maxObjectsPerRequest</c>.</summary>
    Bounds ObjectsPerRequest { get; }

    /// <summary>Range of <c>maxBytesPerRequest</c>.</summary>
    Bounds BytesPerRequest { get; }

    /// <summary>What a name of an attribute must be, where this one is not; null where it is fine.</summary>
    string? ExpectedName(string attribute);

    /// <summary>What a key inside an object must be, where this one is not; null where it is fine.</summary>
    string? ExpectedNestedName(string key);

    /// <summary>What an attribute's value must be, where this one is not; null where it is fine.</summary>
    string? ExpectedValue(JsonElement value);
}

/// <summary>Both ends are allowed.</summary>
public readonly record struct Bounds(int Min, int Max);
