using System.Text.Json;

namespace PersonalizeConnectors.Integration.Tests.Reference;

/// <summary>The keys of config.json that decide what a user gets, read naively.</summary>
internal sealed record ReferenceConfig(string BatchInferencePath, IReadOnlyList<ReferenceConnector> Connectors)
{
    public static ReferenceConfig Parse(string json)
    {
        using var document = JsonDocument.Parse(json, new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var root = document.RootElement;
        return new(
            root.GetProperty("batchInferencePath").GetString()!,
            [.. root.GetProperty("connectors").EnumerateObject().Select(c => ReferenceConnector.Parse(c.Name, c.Value, root))]);
    }
}

/// <summary>One connector's keys, defaults filled in.</summary>
internal sealed record ReferenceConnector
{
    public required string Name { get; init; }

    public IReadOnlyList<string>? Fields { get; init; }

    public string Prefix { get; init; } = "recommendation_";

    public bool PrefixIsSet { get; init; }

    /// <summary>Name and JSON text.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> OtherAttributes { get; init; } = [];

    public string Shape { get; init; } = "parallelArrays";

    public int MaxRecommendations { get; init; } = 500;

    public double? MinScore { get; init; }

    public bool IncludeScores { get; init; }

    public bool IncludeQueryItems { get; init; }

    public string Combine { get; init; } = "interleave";

    public string UnknownItems { get; init; } = "drop";

    public string OnRemoved { get; init; } = "keep";

    public bool UpdateExistingOnly { get; init; }

    public string Identifier { get; init; } = "external_id";

    public string? AliasLabel { get; init; }

    public bool DeltaCheck { get; init; } = true;

    public static ReferenceConnector Parse(string name, JsonElement connector, JsonElement root)
    {
        var delta = Value(connector, "performDeltaCheck") ?? Value(root, "performDeltaCheck");
        return new()
        {
            Name = name,
            Fields = Value(connector, "itemMetadataFields")?.EnumerateArray().Select(f => f.GetString()!.Trim()).ToList(),
            Prefix = Value(connector, "attributePrefix")?.GetString() ?? "recommendation_",
            PrefixIsSet = Value(connector, "attributePrefix") is not null,
            OtherAttributes = Value(connector, "otherAttributes")?.EnumerateObject().Select(a => KeyValuePair.Create(a.Name, a.Value.GetRawText())).ToList() ?? [],
            Shape = Value(connector, "attributeShape")?.GetString() ?? "parallelArrays",
            MaxRecommendations = Value(connector, "maxRecommendations")?.GetInt32() ?? 500,
            MinScore = Value(connector, "minScore")?.GetDouble(),
            IncludeScores = Value(connector, "includeScores")?.GetBoolean() ?? false,
            IncludeQueryItems = Value(connector, "includeQueryItems")?.GetBoolean() ?? false,
            Combine = Value(connector, "combine")?.GetString() ?? "interleave",
            UnknownItems = Value(connector, "unknownItems")?.GetString() ?? "drop",
            OnRemoved = Value(connector, "onRemoved")?.GetString() ?? "keep",
            UpdateExistingOnly = Value(connector, "updateExistingOnly")?.GetBoolean() ?? false,
            Identifier = Value(connector, "identifier")?.GetString() ?? "external_id",
            AliasLabel = Value(connector, "aliasLabel")?.GetString(),
            DeltaCheck = delta?.GetBoolean() ?? true,
        };
    }

    private static JsonElement? Value(JsonElement parent, string key) =>
        parent.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
