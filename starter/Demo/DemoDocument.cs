using System.Text.Json.Nodes;
using PersonalizeConnectors.Starter.Output;

namespace PersonalizeConnectors.Starter.Demo;

/// <summary>What <c>demo --json</c> prints; <c>docs/demo.schema.json</c> describes it.</summary>
internal static class DemoDocument
{
    public static string Serialize(DemoRun first, DemoRun second) => Document.Of(new JsonObject
    {
        ["runs"] = new JsonArray(JsonNode.Parse(first.ReportJson), JsonNode.Parse(second.ReportJson)),
        ["profile"] = new JsonObject
        {
            ["externalId"] = DemoShop.User,
            ["before"] = first.Profile.ToJson(),
            ["after"] = second.Profile.ToJson(),
        },
    });
}
