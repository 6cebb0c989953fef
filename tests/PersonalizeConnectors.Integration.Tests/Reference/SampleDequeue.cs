using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace PersonalizeConnectors.Integration.Tests.Reference;

/// <summary>What the AWS sample's dequeue function makes of messages, after its description: its arrays, field by field, and its defaults.</summary>
internal static class SampleDequeue
{
    /// <summary>The body of its request to <c>/users/track</c>.</summary>
    public static HttpContent RequestOf(IEnumerable<string> messages) =>
        JsonContent.Create(new JsonObject { ["attributes"] = new JsonArray([.. messages.Select(AttributesOf).OfType<JsonNode>()]) });

    /// <returns>Null where the function passes the message over.</returns>
    private static JsonObject? AttributesOf(string body)
    {
        var record = JsonNode.Parse(body)!;
        var userId = (string?)record["queryUserId"] ?? (string?)record["userId"];
        var recommendations = record["recommendations"]?.AsArray();
        if (string.IsNullOrEmpty(userId) || recommendations is null or { Count: 0 })
        {
            return null;
        }

        var attributes = new JsonObject { ["external_id"] = userId };
        foreach (var (name, value) in record["syncDirectives"]?["otherAttributes"]?.AsObject() ?? [])
        {
            if (name != "external_id")
            {
                attributes[name] = value!.DeepClone();
            }
        }

        var prefix = (string?)record["syncDirectives"]?["attributePrefix"] ?? "recommendation_";
        foreach (var field in recommendations.SelectMany(item => item!.AsObject().Select(f => f.Key)).Distinct())
        {
            // A field that an item lacks leaves no gap in the sample's list. The tests' items lack none.
            attributes[prefix + field] = new JsonArray([.. recommendations.Select(item => item![field]?.DeepClone()).OfType<JsonNode>()]);
        }

        return attributes;
    }
}
