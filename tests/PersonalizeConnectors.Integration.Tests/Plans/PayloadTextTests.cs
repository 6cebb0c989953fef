using System.Text.Json.Nodes;
using PersonalizeConnectors.Starter.Plans;

namespace PersonalizeConnectors.Integration.Tests.Plans;

public sealed class PayloadTextTests
{
    [Theory]
    [InlineData("""{"id":"u","price":17.50,"gone":null}""", """{ "id": "u", "price": 17.50, "gone": null }""")]
    [InlineData("""[1,2,3,4]""", "[1, 2, 3, 4]")]
    [InlineData("""[1,2,3,4,5]""", "[1, 2, 3, … 2 more]")]
    [InlineData("""{"a":{"b":["x"]}}""", """{ "a": { "b": ["x"] } }""")]
    [InlineData("""{"name":"Grüße <b> & \"q\""}""", """{ "name": "Grüße <b> & \"q\"" }""")]
    public void Of_WhatFits_StandsOnOneLine(string json, string expected) => Assert.Equal([expected], PayloadText.Of(JsonNode.Parse(json), 80));

    [Fact]
    public void Of_WhatDoesNotFit_StandsBelowEachOther() => Assert.Equal(
        ["{", "  \"external_id\": \"u\",", "  \"items\": [", "    { \"name\": \"A tent\" },", "    { \"name\": \"A stove\" }", "  ]", "}"],
        PayloadText.Of(JsonNode.Parse("""{"external_id":"u","items":[{"name":"A tent"},{"name":"A stove"}]}"""), 30));

    [Fact]
    public void Of_AnyPayload_KeepsTheWidthAndAFewLines()
    {
        var members = Enumerable.Range(0, 60).Select(i => KeyValuePair.Create($"attribute_{i}", (JsonNode?)new string('x', i * 3)));

        var lines = PayloadText.Of(new JsonObject(members), 40);

        Assert.All(lines, line => Assert.InRange(line.Length, 1, 40));
        Assert.Equal("… 38 more lines; --json shows all", lines[^1]);
        Assert.Equal(25, lines.Count);
    }
}
