using System.Globalization;
using System.Text.Json;
using NJsonSchema;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Configuration.Destinations;

namespace PersonalizeConnectors.Activities.Tests.Configuration;

/// <summary><c>docs/config.schema.json</c> says what the reader does.</summary>
public sealed class ConfigurationSchemaTests
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>What a schema cannot say: comparisons between keys, names made of two texts, text inside text, and what is counted in bytes.</summary>
    public static TheoryData<string> BeyondTheSchema =>
    [
        Config.Connector("\"itemMetadataFields\": [\"itemId\"]"),
        Config.Connector("\"itemMetadataFields\": [\"a\", \" a\"]"),
        Config.Connector("\"itemMetadataFields\": [\"email\"], \"attributePrefix\": \"\""),
        Config.Connector("\"itemMetadataFields\": [\"a b\"], \"attributeShape\": \"arrayOfObjects\""),
        Config.Connector("\"itemMetadataFields\": [\"[FIELD]\"]"),
        Config.Connector("\"otherAttributes\": { \"recommendation_itemId\": 1 }"),
        Config.Connector("\"otherAttributes\": { \"a\": { \"inc\": 1 } }"),
        Config.Connector("\"otherAttributes\": { \"a\": { \"b\": null } }"),
        Config.Connector("\"otherAttributes\": { \"a\": \"[CAMPAIGN]\" }"),
        Config.Connector("\"aliasLabel\": \"[LABEL]\", \"identifier\": \"user_alias\""),
        Config.Connector("\"minScore\": 1e999"),
        """{ "batchInferencePath": "a/../b", "connectors": { "braze": {} } }""",
        """{ "batchInferencePath": "runs-YYYY-MM-DD", "connectors": { "braze": {} } }""",
        """{ "batchInferencePath": "a", "connectors": { "b": { "type": "braze" }, "B": { "type": "braze" } } }""",
        """{ "batchInferencePath": "a", "keepRuns": 1, "keepRuns": 2, "connectors": { "braze": {} } }""",
    ];

    public static TheoryData<string> Agreed =>
    [
        Config.Minimal,
        Config.Sample,
        .. new[]
        {
            "\"$schema\": \"x\"", "\"$schema\": 1", "\"keepRuns\": 0", "\"keepRuns\": 1", "\"keepRuns\": 100001", "\"keepRuns\": null", "\"settleSeconds\": 0",
            "\"settleSeconds\": 86401", "\"performDeltaCheck\": 1", "\"saveBatchInferenceErrors\": true", "\"guards\": null", "\"guards\": {}",
            "\"guards\": { \"minLines\": -1 }", "\"guards\": { \"minLines\": null }", "\"guards\": { \"maxErrorRate\": 1.1 }", "\"guards\": { \"maxErrorRate\": null }",
            "\"guards\": { \"maxRejectRate\": 0, \"maxRemovalRate\": 1, \"maxChangeRate\": 0.5 }", "\"guards\": { \"max\": 1 }", "\"unknown\": 1",
        }.Select(Config.Job),
        .. new[]
        {
            "\"type\": \"braze\"", "\"type\": \"webhook\"", "\"type\": null", "\"performDeltaCheck\": false", "\"performDeltaCheck\": null",
            "\"itemMetadataFields\": null", "\"itemMetadataFields\": []", "\"itemMetadataFields\": [\"a\", \"b\"]", "\"itemMetadataFields\": [\"a\", \"a\"]",
            "\"itemMetadataFields\": [\" \"]", "\"itemMetadataFields\": \"a\"", "\"itemMetadataFields\": [1]", "\"attributePrefix\": \"\"", "\"attributePrefix\": null",
            "\"attributePrefix\": \" a\"", "\"attributePrefix\": \"[P]_\"", "\"otherAttributes\": null", "\"otherAttributes\": {}", "\"otherAttributes\": { \"a\": null }",
            "\"otherAttributes\": { \"\": 1 }", "\"otherAttributes\": { \" a\": 1 }", "\"otherAttributes\": { \"email\": 1 }", "\"otherAttributes\": { \"emails\": 1 }",
            "\"otherAttributes\": { \"_merge_objects\": true }", "\"otherAttributes\": { \"a\": [null] }", "\"otherAttributes\": { \"a\": [1, \"x\", { \"y\": 2 }] }",
            $"\"otherAttributes\": {{ \"a\": \"{new string('x', 255)}\" }}", $"\"otherAttributes\": {{ \"a\": \"{new string('x', 256)}\" }}",
            $"\"otherAttributes\": {{ \"{new string('n', 255)}\": 1 }}", $"\"otherAttributes\": {{ \"{new string('n', 256)}\": 1 }}",
            "\"attributeShape\": \"itemIds\"", "\"attributeShape\": \"ItemIds\"", "\"attributeShape\": null", "\"maxRecommendations\": null", "\"maxRecommendations\": 0",
            "\"maxRecommendations\": 500", "\"maxRecommendations\": 501", "\"minScore\": \"1\"", "\"minScore\": -2.5", "\"includeScores\": true", "\"includeScores\": \"true\"",
            "\"combine\": \"first\"", "\"combine\": \"last\"", "\"unknownItems\": \"fail\"", "\"unknownItems\": \"ignore\"", "\"onRemoved\": \"clear\"", "\"onRemoved\": \"delete\"",
            "\"updateExistingOnly\": null", "\"identifier\": \"user_alias\", \"aliasLabel\": \"x\"", "\"identifier\": \"user_alias\"", "\"aliasLabel\": \"x\"", "\"aliasLabel\": null",
            "\"identifier\": \"user_alias\", \"aliasLabel\": null", "\"identifier\": \"user_alias\", \"aliasLabel\": \" \"", "\"identifier\": \"external_id\"", "\"identifier\": \"email\"",
            "\"resendAfterDays\": null", "\"resendAfterDays\": 0", "\"resendAfterDays\": 3650", "\"maxObjectsPerRequest\": 0", "\"maxObjectsPerRequest\": 76", "\"maxObjectsPerRequest\": 75",
            "\"maxBytesPerRequest\": 999", "\"maxBytesPerRequest\": 4194304", "\"maxBytesPerRequest\": 4194305", "\"requestsPerSecond\": 0", "\"requestsPerSecond\": 0.01",
            "\"requestsPerSecond\": 100001", "\"requestsPerHour\": 1", "\"requestsPerHour\": 0", "\"requestsPerHour\": null", "\"deliveryPatience\": 0", "\"deliveryPatience\": -1",
            "\"deliveryPatience\": \"00:00:10\"", "\"deliveryPatience\": \"10\"", "\"deliveryPatience\": 604801", "\"deliveryPatience\": null", "\"queue\": {}", "\"queue\": null",
            "\"queue\": { \"url\": null, \"name\": null }", "\"queue\": { \"url\": \"https://sqs.example/1/q\" }", "\"queue\": { \"url\": \"q\" }", "\"queue\": { \"name\": \"\" }",
            "\"queue\": { \"arn\": 1 }", "\"delivery\": \"none\"", "\"delivery\": \"sqs\"", "\"catalog\": {}",
        }.Select(Config.Connector),
        "[]",
        "{}",
        """{ "connectors": { "braze": {} } }""",
        """{ "batchInferencePath": "a" }""",
        """{ "batchInferencePath": "a", "connectors": {} }""",
        """{ "batchInferencePath": "a", "connectors": { "eu": {} } }""",
        """{ "batchInferencePath": "a", "connectors": { "eu": { "type": "braze" } } }""",
        """{ "batchInferencePath": "a", "connectors": { "a/b": { "type": "braze" } } }""",
        """{ "batchInferencePath": "a", "connectors": { "braze": [] } }""",
        """{ "batchInferencePath": "", "connectors": { "braze": {} } }""",
        """{ "batchInferencePath": "/a", "connectors": { "braze": {} } }""",
        """{ "batchInferencePath": "s3://b", "connectors": { "braze": {} } }""",
        """{ "batchInferencePath": "s3://b/", "connectors": { "braze": {} } }""",
        """{ "batchInferencePath": "s3://b/f", "connectors": { "braze": {} } }""",
        """{ "batchInferencePath": "https://b/f", "connectors": { "braze": {} } }""",
        """{ "batchInferencePath": "[FOLDER]/x", "connectors": { "braze": {} } }""",
    ];

    [Theory]
    [MemberData(nameof(Agreed))]
    public async Task Verdict_OfSchemaAndReader_Agree(string json) =>
        Assert.Equal(Config.Read(json).IsValid, await IsValidBySchemaAsync(json));

    [Theory]
    [MemberData(nameof(BeyondTheSchema))]
    public async Task Verdict_BeyondTheSchema_IsTheReadersAlone(string json)
    {
        Assert.False(Config.Read(json).IsValid);
        Assert.True(await IsValidBySchemaAsync(json));
    }

    [Fact]
    public void Keys_OfSchemaAndReader_AreTheSame()
    {
        // The reader names the keys of an object where it refuses one.
        Assert.Equal(ReadersKeys(Config.Job("\"?\": 1")), SchemasKeys("properties"));
        Assert.Equal(ReadersKeys(Config.Job("\"guards\": { \"?\": 1 }")), SchemasKeys("properties", "guards", "properties"));
        Assert.Equal(ReadersKeys(Config.Connector("\"?\": 1")), SchemasKeys("definitions", "connector", "properties"));
        Assert.Equal(ReadersKeys(Config.Connector("\"queue\": { \"?\": 1 }")), SchemasKeys("definitions", "connector", "properties", "queue", "properties"));
    }

    [Fact]
    public void Defaults_OfTheSchema_AreTheReaders()
    {
        var job = Config.Read(Config.Minimal).Configuration!;
        CheckDefaults(job, "properties");
        CheckDefaults(job.Guards, "properties", "guards", "properties");
        CheckDefaults(job.Connectors[0], "definitions", "connector", "properties");
    }

    [Fact]
    public void ReservedNames_OfTheSchema_AreBrazes()
    {
        var pattern = At("definitions", "connector", "properties", "otherAttributes", "patternProperties").EnumerateObject().Single().Name;
        var names = pattern["^(?!(".Length..pattern.IndexOf(")$)", StringComparison.Ordinal)].Split('|');

        Assert.Equal(BrazeRules.Instance.ReservedAttributes.Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void EveryKey_HasADescription() =>
        Assert.All(
            new[] { At("properties"), At("properties", "guards", "properties"), At("definitions", "connector", "properties") }.SelectMany(o => o.EnumerateObject()),
            key => Assert.NotEmpty(key.Value.GetProperty("description").GetString()!));

    [Fact]
    public void Documentation_ListsEveryKeyWithItsDefault()
    {
        var document = Repository.Read("docs", "configuration.md");
        string[][] sections =
        [
            ["The job", "properties"],
            ["Guards", "properties", "guards", "properties"],
            ["A connector", "definitions", "connector", "properties"],
            ["Queue", "definitions", "connector", "properties", "queue", "properties"],
        ];
        foreach (var section in sections)
        {
            var text = document[document.IndexOf($"\n## {section[0]}\n", StringComparison.Ordinal)..][4..];
            text = text[..(text.IndexOf("\n## ", StringComparison.Ordinal) is > 0 and var end ? end : text.Length)];
            var rows = text.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('|')).ToList();

            Assert.Equal(SchemasKeys(section[1..]), rows.Select(row => row[1].Trim(' ', '`')).Order(StringComparer.Ordinal));
            foreach (var key in At(section[1..]).EnumerateObject().Where(key => key.Value.TryGetProperty("default", out _)))
            {
                var row = rows.Single(r => r[1].Trim(' ', '`') == key.Name);
                Assert.StartsWith($"`{key.Value.GetProperty("default").GetRawText()}`", row[3].Trim(), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Documentation_Example_IsValidAndHasEveryKey()
    {
        var document = Repository.Read("docs", "configuration.md");
        var example = document.Split("```jsonc\n")[1].Split("```")[0];

        var result = Config.Read(example);
        Assert.Empty(result.Problems);
        Assert.True(await IsValidBySchemaAsync(example));

        using var json = JsonDocument.Parse(example, Lenient);
        Assert.Equal(SchemasKeys("properties"), Names(json.RootElement));
        Assert.Equal(SchemasKeys("definitions", "connector", "properties"), Names(json.RootElement.GetProperty("connectors").GetProperty("braze")));
    }

    private static async Task<bool> IsValidBySchemaAsync(string json)
    {
        var schema = await JsonSchema.FromJsonAsync(Repository.Read("docs", "config.schema.json"), TestContext.Current.CancellationToken);
        return schema.Validate(json).Count == 0;
    }

    private static void CheckDefaults(object model, params string[] path)
    {
        foreach (var key in At(path).EnumerateObject())
        {
            if (!key.Value.TryGetProperty("default", out var expected) || model is JobConfiguration && key.Name == "performDeltaCheck")
            {
                continue;
            }

            var property = model.GetType().GetProperty(char.ToUpperInvariant(key.Name[0]) + key.Name[1..]);
            Assert.NotNull(property);
            Assert.Equal((key.Name, expected.GetRawText()), (key.Name, AsJson(property.GetValue(model))));
        }
    }

    private static string AsJson(object? value) => value switch
    {
        TimeSpan patience => patience.TotalSeconds.ToString(CultureInfo.InvariantCulture),
        UserIdentifier.ExternalId => "\"external_id\"",
        Enum choice => $"\"{JsonNamingPolicy.CamelCase.ConvertName(choice.ToString())}\"",
        IReadOnlyList<KeyValuePair<string, string>> { Count: 0 } => "{}",
        _ => JsonSerializer.Serialize(value),
    };

    private static string[] ReadersKeys(string json) =>
        Config.Problem(json).Expected["one of the keys ".Length..].Split(", ");

    private static IEnumerable<string> SchemasKeys(params string[] path) => Names(At(path));

    private static IEnumerable<string> Names(JsonElement json) => json.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal);

    private static JsonElement At(params string[] path)
    {
        using var schema = JsonDocument.Parse(Repository.Read("docs", "config.schema.json"));
        return path.Aggregate(schema.RootElement, (at, name) => at.GetProperty(name)).Clone();
    }
}
