using System.Text.Json.Nodes;

namespace PersonalizeConnectors.Integration.Tests.Reference;

/// <summary>A valid config.json with random connector options; guards are off, since random input trips them.</summary>
internal static class RandomConfig
{
    public static JsonObject Draw(Random random, string jobType)
    {
        var connector = new JsonObject { ["attributeShape"] = Pick(random, "parallelArrays", "arrayOfObjects", "itemIds") };
        Maybe(random, connector, "itemMetadataFields", () => new JsonArray([.. RandomMetadata.Fields.Where(f => random.Next(3) == 0 && CanBeNamed(connector, f)).Append("name").Distinct().Select(f => (JsonNode)(random.Next(6) == 0 ? $" {f} " : f))]));
        Maybe(random, connector, "attributePrefix", () => Pick(random, "recs_", "r ", "ü_", "p-"));
        Maybe(random, connector, "otherAttributes", () => JsonNode.Parse("""{"campaign":"autumn","level":1.50,"flags":["x","y"],"active":true}""")!);
        Maybe(random, connector, "maxRecommendations", () => random.Next(1, 12));
        Maybe(random, connector, "minScore", () => Pick(random, 0.0, 0.01, 0.4));
        Maybe(random, connector, "includeScores", () => random.Next(3) > 0);
        Maybe(random, connector, "includeQueryItems", () => random.Next(2) == 0 && jobType == "related_items");
        Maybe(random, connector, "combine", () => Pick(random, "interleave", "first"));
        Maybe(random, connector, "unknownItems", () => Pick(random, "drop", "keep"));
        Maybe(random, connector, "onRemoved", () => Pick(random, "keep", "clear"));
        Maybe(random, connector, "performDeltaCheck", () => random.Next(6) > 0);
        if (random.Next(6) == 0)
        {
            connector["identifier"] = "user_alias";
            connector["aliasLabel"] = "shop";
        }

        return new JsonObject
        {
            ["batchInferencePath"] = "batch/run/",
            ["saveBatchInferenceErrors"] = random.Next(2) == 0,
            ["guards"] = JsonNode.Parse("""{"minLines":0,"maxErrorRate":null,"maxRemovalRate":null,"maxRejectRate":null}"""),
            ["connectors"] = new JsonObject { ["braze"] = connector },
        };
    }

    // Such a key inside an object is refused by name; without configured fields it becomes a rejection.
    private static bool CanBeNamed(JsonObject connector, string field) =>
        (string?)connector["attributeShape"] != "arrayOfObjects" || field.AsSpan().IndexOfAny(" .$") < 0;

    private static void Maybe(Random random, JsonObject connector, string key, Func<JsonNode?> value)
    {
        if (random.Next(2) == 0)
        {
            connector[key] = value();
        }
    }

    private static T Pick<T>(Random random, params T[] choices) => choices[random.Next(choices.Length)];
}
