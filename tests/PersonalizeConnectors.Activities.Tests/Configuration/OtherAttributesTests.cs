using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Configuration.Destinations;

namespace PersonalizeConnectors.Activities.Tests.Configuration;

public sealed class OtherAttributesTests
{
    [Fact]
    public void Read_Values_AreKeptAsTheirJsonTextInOrder()
    {
        var connector = Config.ReadConnector("""
            "otherAttributes": { "z": 90.990, "a": "é\u00e9\"", "n": null, "o": { "x": [1, 2, /* two */ ], }, "l": [ true ] }
            """);

        Assert.Equal(
            [("z", "90.990"), ("a", "\"é\\u00e9\\\"\""), ("n", "null"), ("o", "{\"x\":[1,2]}"), ("l", "[true]")],
            connector.OtherAttributes.Select(a => (a.Key, a.Value)));
    }

    public static TheoryData<string> Reserved => [.. BrazeRules.Instance.ReservedAttributes];

    [Theory]
    [MemberData(nameof(Reserved))]
    public void Read_NameThatMeansSomethingElseToTheDestination_IsRefused(string name) =>
        Assert.Equal($"$.connectors.braze.otherAttributes.{name}", Config.Problem(Config.Connector($$"""
            "otherAttributes": { "{{name}}": "x" }
            """)).Path);

    [Theory]
    [InlineData("recommendation_itemId", "")]
    [InlineData("recommendation_name", "\"itemMetadataFields\": [\"name\"],")]
    [InlineData("recommendation_score", "\"includeScores\": true,")]
    [InlineData("r_items", "\"attributeShape\": \"arrayOfObjects\", \"attributePrefix\": \"r_\",")]
    [InlineData("r_itemIds", "\"attributeShape\": \"itemIds\", \"attributePrefix\": \"r_\",")]
    public void Read_NameThatTheShapeMakes_IsRefused(string name, string keys) =>
        Assert.Equal($"$.connectors.braze.otherAttributes.{name}", Config.Problem(Config.Connector($$"""
            {{keys}} "otherAttributes": { "{{name}}": "x" }
            """)).Path);

    [Theory]
    [InlineData("recommendation_name")]
    [InlineData("recommendation_score")]
    [InlineData("Email")]
    public void Read_NameThatOnlyLooksTaken_IsAllowed(string name) =>
        Assert.Single(Config.ReadConnector($$""" "otherAttributes": { "{{name}}": "x" } """).OtherAttributes);

    [Theory]
    [InlineData("{\"inc\": 1}")]
    [InlineData("{\"add\": [\"a\"], \"remove\": [\"b\"]}")]
    [InlineData("{\"$add\": [{}]}")]
    [InlineData("{\"a\": null}")]
    [InlineData("[1, null]")]
    [InlineData("{\"a.b\": 1}")]
    public void Read_ValueThatTheDestinationDropsOrRepeats_IsRefused(string value) =>
        Assert.Equal("$.connectors.braze.otherAttributes.a", Config.Problem(Config.Connector($$"""
            "otherAttributes": { "a": {{value}} }
            """)).Path);

    [Fact]
    public void Read_LongTextsListsAndNames_AreRefused()
    {
        Assert.Contains("255", Refuse("a", $"\"{new string('x', 256)}\""), StringComparison.Ordinal);
        Assert.Contains("500", Refuse("a", $"[{string.Join(',', Enumerable.Range(0, 501))}]"), StringComparison.Ordinal);
        Assert.Contains("100 KB", Refuse("a", $"[{string.Join(',', Enumerable.Repeat($"\"{new string('x', 250)}\"", 450))}]"), StringComparison.Ordinal);
        Assert.Contains("255", Refuse(new string('n', 256), "1"), StringComparison.Ordinal);
        Assert.Contains("479", Refuse(new string('\u4e00', 200), "1"), StringComparison.Ordinal);
        Assert.Contains("empty", Refuse("", "1"), StringComparison.Ordinal);

        static string Refuse(string name, string value) => Config.Problem(Config.Connector($$"""
            "otherAttributes": { "{{name}}": {{value}} }
            """)).Expected;
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"a\"")]
    [InlineData("null")]
    public void Read_NoObject_IsRefused(string value) =>
        Assert.Equal("$.connectors.braze.otherAttributes", Config.Problem(Config.Connector($"\"otherAttributes\": {value}")).Path);

    [Fact]
    public void FindConflicts_FieldsOfTheMetadata_AreJudgedWhereNoneAreConfigured()
    {
        var connector = Config.ReadConnector("""
            "attributePrefix": "", "otherAttributes": { "brand": "x" }
            """);

        var conflicts = ShapeAttributes.FindConflicts(connector, ["name", "brand", "email", new string('x', 300)], "config.json").ToList();

        Assert.Equal(
            ["$.connectors.braze.otherAttributes.brand", "$.connectors.braze.attributePrefix", "$.connectors.braze.attributePrefix"],
            conflicts.Select(c => c.Path));
        Assert.Contains("\"email\"", conflicts[1].Found, StringComparison.Ordinal);
        Assert.Empty(ShapeAttributes.FindConflicts(connector with { AttributeShape = AttributeShape.ArrayOfObjects }, ["brand"], "config.json"));
    }

    [Fact]
    public void Names_OfEachShape()
    {
        var connector = Config.ReadConnector("\"includeScores\": true, \"includeQueryItems\": true, \"attributePrefix\": \"r_\"");

        Assert.Equal(["r_name", "r_itemId", "r_score", "r_queryItemId"], ShapeAttributes.Names(connector, ["name"]));
        Assert.Equal(["r_items"], ShapeAttributes.Names(connector with { AttributeShape = AttributeShape.ArrayOfObjects }, ["name"]));
        Assert.Equal(["r_itemIds"], ShapeAttributes.Names(connector with { AttributeShape = AttributeShape.ItemIds }, ["name"]));
    }
}
