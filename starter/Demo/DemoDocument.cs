using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PersonalizeConnectors.Starter.Demo;

/// <summary>What <c>demo --json</c> prints; <c>docs/demo.schema.json</c> describes it.</summary>
internal static class DemoDocument
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Serialize(DemoRun first, DemoRun second) => new JsonObject
    {
        ["runs"] = new JsonArray(JsonNode.Parse(first.ReportJson), JsonNode.Parse(second.ReportJson)),
        ["profile"] = new JsonObject
        {
            ["externalId"] = DemoShop.User,
            ["before"] = first.Profile.ToJson(),
            ["after"] = second.Profile.ToJson(),
        },
    }.ToJsonString(Indented);
}
