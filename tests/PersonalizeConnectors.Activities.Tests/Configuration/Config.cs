using System.Text;
using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Activities.Tests.Configuration;

/// <summary>Configurations for tests.</summary>
internal static class Config
{
    /// <summary>The smallest one.</summary>
    public const string Minimal = """{ "batchInferencePath": "batch/shop/", "connectors": { "braze": {} } }""";

    /// <summary>The sample's own, with its placeholders replaced: spaces around names, and <c>performDeltaCheck</c> where its code reads it.</summary>
    public const string Sample = """
        {
            "batchInferencePath": "s3://personalize-bucket/batch/shop/related/related-2026-11-23-02-00-00/",
            "performDeltaCheck": true,
            "saveBatchInferenceErrors": false,
            "connectors": {
                "braze": {
                    "itemMetadataFields": ["name", " description", "price ", "image", "category", "style"],
                    "performDeltaCheck": false,
                    "attributePrefix": "recs_",
                    "otherAttributes": {
                        "other_attrib1": "custom_value"
                    }
                }
            }
        }
        """;

    public static ConfigurationResult Read(string json) => ConfigurationReader.Read(Encoding.UTF8.GetBytes(json), "config.json");

    /// <summary>A job with these keys beside the required ones.</summary>
    public static string Job(string keys) => $$"""{ "batchInferencePath": "batch/shop/", "connectors": { "braze": {} }, {{keys}} }""";

    /// <summary>A job whose connector has these keys.</summary>
    public static string Connector(string keys) => $$"""{ "batchInferencePath": "batch/shop/", "connectors": { "braze": { {{keys}} } } }""";

    public static ConnectorConfiguration ReadConnector(string keys)
    {
        var result = Read(Connector(keys));
        Assert.True(result.IsValid, string.Join("\n", result.Problems));
        return result.Configuration.Connectors[0];
    }

    /// <summary>The one problem of a configuration.</summary>
    public static Problem Problem(string json)
    {
        var result = Read(json);
        return Assert.Single(result.Problems);
    }
}
