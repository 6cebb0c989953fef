using System.Text;
using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Activities.Tests.Configuration;

public sealed class ConfigurationReaderTests
{
    [Fact]
    public void Read_SamplesOwnFile_IsAcceptedUnchanged()
    {
        var result = Config.Read(Config.Sample);

        Assert.Empty(result.Problems);
        var connector = Assert.Single(result.Configuration!.Connectors);
        Assert.Equal(("braze", "braze", false), (connector.Name, connector.Type, connector.PerformDeltaCheck));
        Assert.Equal(["name", "description", "price", "image", "category", "style"], connector.ItemMetadataFields!);
        Assert.Equal(("recs_", true), (connector.AttributePrefix, connector.AttributePrefixIsSet));
        Assert.Equal([KeyValuePair.Create("other_attrib1", "\"custom_value\"")], connector.OtherAttributes);
        Assert.Equal(AttributeShape.ParallelArrays, connector.AttributeShape);
    }

    [Theory]
    [InlineData(20, true)]
    [InlineData(21, false)]
    public void Read_ManyConnectors_AreRefusedBeyondTheirNumber(int count, bool isValid)
    {
        var connectors = string.Join(',', Enumerable.Range(1, count).Select(i => $$"""
            "braze-{{i}}": { "type": "braze" }
            """));

        var result = Config.Read($$"""{ "batchInferencePath": "batch/", "connectors": { {{connectors}} } }""");

        Assert.Equal(isValid, result.IsValid);
        Assert.Equal(isValid ? [] : ["21 connectors"], result.Problems.Select(p => p.Found));
    }

    [Fact]
    public void Read_SamplesOwnFileWithPlaceholders_NamesEach()
    {
        var result = Config.Read("""
            {
                "batchInferencePath": "s3://[BUCKET/batch/[GROUP]/YYYY-MM-DD-HH-MM-SS/",
                "connectors": { "braze": {
                    "itemMetadataFields": ["[FIELD]", "name"],
                    "otherAttributes": { "a": "[CAMPAIGN_NAME]", "b": "[vip] offers", "c": ["[D_E]"] } } }
            }
            """);

        Assert.False(result.IsValid);
        Assert.Equal(
            [
                (2L, "$.batchInferencePath"),
                (4L, "$.connectors.braze.itemMetadataFields[0]"),
                (5L, "$.connectors.braze.otherAttributes.a"),
                (5L, "$.connectors.braze.otherAttributes.c[0]"),
            ],
            result.Problems.Select(p => (p.Line!.Value, p.Path)));
        Assert.Contains("[BUCKET", result.Problems[0].Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"performDeltaCheck": false, "batchInferencePath": "b", "connectors": {"braze": {}}}""", false)]
    [InlineData("""{"performDeltaCheck": false, "batchInferencePath": "b", "connectors": {"braze": {"performDeltaCheck": true}}}""", true)]
    [InlineData("""{"batchInferencePath": "b", "connectors": {"braze": {"performDeltaCheck": false}}}""", false)]
    [InlineData("""{"batchInferencePath": "b", "connectors": {"braze": {}}}""", true)]
    public void Read_PerformDeltaCheck_ConnectorOverridesJob(string json, bool expected) =>
        Assert.Equal(expected, Config.Read(json).Configuration!.Connectors[0].PerformDeltaCheck);

    [Fact]
    public void Read_CommentsTrailingCommasAndMark_AreAccepted()
    {
        var result = ConfigurationReader.Read(
            [.. Encoding.UTF8.Preamble, .. "/* a */ { // b\r\n\"batchInferencePath\": \"b/\", \"connectors\": { \"braze\": { }, }, }\r\n"u8], "config.json");

        Assert.True(result.IsValid, string.Join("\n", result.Problems));
    }

    [Fact]
    public void Read_ManyProblems_NamesAllWithTheirLines()
    {
        var result = Config.Read("""
            {
              "batchInferencePath": 7,
              "settleSeconds": -1,
              "saveBatchInferenceErrors": "no",
              "guards": { "minLines": 1.5, "maxErrorRate": 2, "maxErorRate": 1 },
              "keepRuns": 0,
              "connectors": {
                "braze": {
                  "attributeShape": "parallelArray",
                  "maxRecommendation": 5,
                  "maxRecommendations": 501,
                  "requestsPerSecond": 0
                }
              }
            }
            """);

        Assert.Equal(
            [
                (2, "$.batchInferencePath", null),
                (3, "$.settleSeconds", null),
                (4, "$.saveBatchInferenceErrors", null),
                (5, "$.guards.minLines", null),
                (5, "$.guards.maxErrorRate", null),
                (5, "$.guards.maxErorRate", "maxErrorRate"),
                (6, "$.keepRuns", null),
                (9, "$.connectors.braze.attributeShape", "parallelArrays"),
                (10, "$.connectors.braze.maxRecommendation", "maxRecommendations"),
                (11, "$.connectors.braze.maxRecommendations", null),
                (12, "$.connectors.braze.requestsPerSecond", (string?)null),
            ],
            result.Problems.OrderBy(p => p.Line).Select(p => ((int)p.Line!.Value, p.Path!, p.Nearest)));
        Assert.All(result.Problems, p => Assert.Equal(("config.json", Severity.Error), (p.File, p.Severity)));
    }

    [Theory]
    [InlineData("", "an empty file")]
    [InlineData(" \r\n\t", "an empty file")]
    [InlineData("[]", "[]")]
    [InlineData("\"x\"", "\"x\"")]
    public void Read_NoObject_Says(string json, string found) => Assert.Equal(found, Config.Problem(json).Found);

    [Theory]
    [InlineData("{\n  \"a\" 1\n}", 2, "1 at column 7", "':'")]
    [InlineData("{\n  \"a\": [1, 2\n", 3, "the end of the file", "Expected")]
    [InlineData("{} x", 1, "x at column 4", "after")]
    [InlineData("{\"a\": tru}", 1, "column", "true")]
    [InlineData("// only a comment", 1, "the end of the file", "JSON")]
    public void Read_BrokenJson_NamesThePlace(string json, int line, string found, string expected)
    {
        var problem = Config.Problem(json);

        Assert.Equal(line, problem.Line);
        Assert.Contains(found, problem.Found, StringComparison.Ordinal);
        Assert.Contains(expected, problem.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OtherEncodings_AreRefused()
    {
        var utf16 = ConfigurationReader.Read([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Config.Minimal)], "f");
        var latin = ConfigurationReader.Read([.. "{\n\"a\": \""u8, 0xE9, .. "\"}"u8], "f");

        Assert.Equal("a file in UTF-16", Assert.Single(utf16.Problems).Found);
        Assert.Equal((2L, "the byte 0xE9, which is not UTF-8"), (latin.Problems[0].Line, latin.Problems[0].Found));
    }

    [Fact]
    public void Read_HalfASurrogatePair_IsRefused() =>
        Assert.Contains("surrogate", Config.Problem("""{ "batchInferencePath": "\ud83d" }""").Found, StringComparison.Ordinal);

    [Fact]
    public void Read_DuplicateKeysAtAnyLevel_AreRefused()
    {
        var result = Config.Read("""
            { "batchInferencePath": "b", "keepRuns": 3,
              "keepRuns": 4,
              "connectors": { "braze": { "otherAttributes": { "a": { "x": 1, "x": 2 } } } } }
            """);

        Assert.Equal(["$.keepRuns", "$.connectors.braze.otherAttributes.a.x"], result.Problems.Select(p => p.Path));
        Assert.Contains("line 1", result.Problems[0].Expected, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("catalog")]
    [InlineData("apiKey")]
    public void Read_UnknownConnectorKey_IsRefused(string key)
    {
        var problem = Config.Problem(Config.Connector($"\"{key}\": \"secret\""));

        Assert.Equal($"the unknown key \"{key}\"", problem.Found);
        Assert.DoesNotContain("secret", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OddKey_HasAQuotedPath() =>
        Assert.Equal("$['it\\'s odd']", Config.Problem(Config.Job("\"it's odd\": 1")).Path);

    [Theory]
    [InlineData("s3://bucket/folder", true)]
    [InlineData("s3://bucket/a/b/", true)]
    [InlineData("batch", true)]
    [InlineData("s3://bucket", false)]
    [InlineData("s3://bucket/", false)]
    [InlineData("s3:///a", false)]
    [InlineData("https://x/y", false)]
    [InlineData("/abs", false)]
    [InlineData("../up", false)]
    [InlineData("a/../../b", false)]
    [InlineData("a//b", false)]
    [InlineData("a\\\\b", false)]
    [InlineData(" ", false)]
    public void Read_BatchInferencePath_IsAFolder(string path, bool valid) =>
        Assert.Equal(valid, Config.Read($$"""{ "batchInferencePath": "{{path}}", "connectors": { "braze": {} } }""").IsValid);

    [Theory]
    [InlineData("""{ "connectors": { "braze": {} } }""", "$.batchInferencePath")]
    [InlineData("""{ "batchInferencePath": "b" }""", "$.connectors")]
    [InlineData("""{ "batchInferencePath": "b", "connectors": {} }""", "$.connectors")]
    [InlineData("""{ "batchInferencePath": "b", "connectors": [] }""", "$.connectors")]
    [InlineData("""{ "batchInferencePath": "b", "connectors": { "braze": null } }""", "$.connectors.braze")]
    public void Read_RequiredKeyMissing_IsAProblem(string json, string path) => Assert.Equal(path, Config.Problem(json).Path);

    [Fact]
    public void Read_Guards_NullIsOff()
    {
        var guards = Config.Read(Config.Job("\"guards\": { \"minLines\": 0, \"maxErrorRate\": null, \"maxChangeRate\": 0.25, \"maxRejectRate\": 1 }")).Configuration!.Guards;

        Assert.Equal(new Guards { MinLines = 0, MaxErrorRate = null, MaxChangeRate = 0.25, MaxRemovalRate = 0.2, MaxRejectRate = 1 }, guards);
    }

    [Fact]
    public void Read_WrongKeysElsewhere_StillGivesThePathForFurtherChecks()
    {
        var result = Config.Read("""{ "batchInferencePath": "b", "settleSeconds": 5, "connectors": { "braze": { "x": 1 } } }""");

        Assert.Equal((false, "b", 5), (result.IsValid, result.BatchInferencePath, result.SettleSeconds));
    }

    [Fact]
    public void Read_LongValue_IsCutInTheMessage()
    {
        var problem = Config.Problem(Config.Job($"\"keepRuns\": \"{new string('x', 500)}\""));

        Assert.InRange(problem.Found.Length, 50, 61);
    }

    [Fact]
    public void Read_HugeFile_IsRefused() => Assert.Single(Config.Read(new string(' ', ConfigurationReader.MaxBytes + 1)).Problems);
}
