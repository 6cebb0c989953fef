using System.Globalization;
using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Activities.Tests.Validate;

public sealed class BatchOutputCheckTests
{
    private readonly JobFixture _fixture = new(JobTypes.UserPersonalization);

    [Theory]
    [InlineData("", 2, "\"brand\" (2)")]
    [InlineData("\"itemMetadataFields\": [\"brand\", \"name\"]", 2, "\"brand\" (2)")]
    [InlineData("\"itemMetadataFields\": [\"name\"]", 0, "")]
    [InlineData("\"attributeShape\": \"arrayOfObjects\"", 0, "")]
    [InlineData("\"maxRecommendations\": 1", 0, "")]
    [InlineData("\"minScore\": 0.5", 1, "\"brand\" (1)")]
    [InlineData("\"itemMetadataFields\": [\"name\"], \"includeScores\": true", 1, "\"score\" (1)")]
    public async Task Validate_ListsThatTheDestinationShortens_AreCounted(string keys, long lists, string fields)
    {
        _fixture.PutConfig(keys);
        _fixture.Put("input/item_metadata/items.json", """
            {"id":"1","name":"A","brand":"x"}
            {"id":"2","name":"B","brand":"\u0078"}
            {"id":"3","name":"C","brand":"y"}
            {"id":"4","name":"D","brand":null}
            {"id":"5","name":"E"}
            """);
        _fixture.PutLines(
            """{"input":{"userId":"a"},"output":{"recommendedItems":["1","2"],"scores":[0.9,0.8]},"error":null}""",
            """{"input":{"userId":"b"},"output":{"recommendedItems":["1","3","1"],"scores":[0.9,0.9,0.9]},"error":""}""",
            """{"input":{"userId":"c"},"output":{"recommendedItems":["3","4","5"],"scores":[0.9,0.2,null]}}""",
            """{"input":{"userId":"d"},"output":{"recommendedItems":["1","unknown","9"],"scores":[]}}""",
            """{"input":{"userId":"e"},"output":{"recommendedItems":[]},"error":"User error: x"}""");

        var problems = (await _fixture.ValidateAsync()).Problems;

        Assert.Equal(lists == 0 ? 0 : 1, problems.Count);
        if (lists > 0)
        {
            Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{lists} of 4 users"), problems[0].Found, StringComparison.Ordinal);
            Assert.Contains(fields, problems[0].Found, StringComparison.Ordinal);
            Assert.Equal(("$.connectors.braze.attributeShape", Severity.Warning), (problems[0].Path, problems[0].Severity));
        }
    }

    [Fact]
    public async Task Validate_RandomLists_AreCountedAsASlowLookDoes()
    {
        var random = new Random(11);
        for (var round = 0; round < 20; round++)
        {
            var items = Enumerable.Range(0, 12).Select(i => (Id: $"i{i}", Color: Pick("r", "g", "", null), Size: Pick("1", "2", "3", null))).ToList();
            _fixture.Put("input/item_metadata/items.json", string.Join('\n', items.Select(i => $$"""{"id":"{{i.Id}}","color":{{Json(i.Color)}},"size":{{Json(i.Size)}} }""")));
            var lines = Enumerable.Range(0, 50).Select(_ => Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(15)).ToList()).ToList();
            _fixture.PutLines([.. lines.Select((l, i) =>
                $$"""{"input":{"userId":"u{{i}}"},"output":{"recommendedItems":[{{string.Join(',', l.Select(n => $"\"i{n}\""))}}] } }""")]);

            var expected = lines.Count(line =>
            {
                var sent = line.Distinct().Where(n => n < items.Count).Select(n => items[n]).ToList();
                return Repeats(sent.Select(i => i.Color)) || Repeats(sent.Select(i => i.Size));
            });

            var warning = (await _fixture.ValidateAsync()).Problems.SingleOrDefault(p => p.Path?.EndsWith("attributeShape", StringComparison.Ordinal) == true);
            Assert.Equal(expected, warning is null ? 0 : int.Parse(warning.Found.Split(' ')[0], CultureInfo.InvariantCulture));
        }

        string? Pick(params string?[] values) => values[random.Next(values.Length)];

        static bool Repeats(IEnumerable<string?> values)
        {
            var list = values.Select(v => v ?? "").ToList();
            return list.Exists(v => v.Length > 0) && list.Distinct().Count() < list.Count;
        }

        static string Json(string? value) => value is null ? "null" : $"\"{value}\"";
    }

    [Fact]
    public async Task Validate_OutputOfAnotherKind_IsAnError()
    {
        _fixture.PutLines("""{"input":{"itemId":"1"},"output":{"recommendedItems":["2"]}}""");

        var problem = await _fixture.ProblemAsync();

        Assert.Equal(("batch/shop/", Severity.Error), (problem.File, problem.Severity));
        Assert.Contains("input.itemId instead of input.userId", problem.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_SomeLinesOfAnotherKind_AreCounted()
    {
        _fixture.PutLines(
            """{"input":{"userId":"a"},"output":{"recommendedItems":["1"]}}""",
            """{"input":{"itemId":"1"},"output":{"recommendedItems":["2"]}}""");

        var problem = await _fixture.ProblemAsync();

        Assert.Equal(Severity.Warning, problem.Severity);
        Assert.StartsWith("1 of 2 lines with input.itemId", problem.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_NumbersAsIds_AreTheirTexts()
    {
        _fixture.PutConfig("\"unknownItems\": \"fail\"");
        _fixture.Put("input/item_metadata/items.json", """
            {"id":1,"name":"A"}
            {"id":"2","name":"B"}
            """);
        _fixture.PutLines("""{"input":{"userId":7},"output":{"recommendedItems":["1",2]}}""");

        Assert.Empty((await _fixture.ValidateAsync()).Problems);
    }

    [Fact]
    public async Task Validate_FieldTwiceInAnItem_LastValueCounts()
    {
        _fixture.Put("input/item_metadata/items.json", """
            {"id":"1","name":"A","brand":"x","brand":null}
            {"id":"2","name":"B","brand":"x"}
            {"id":"3","name":"C","brand":"y","brand":"z"}
            {"id":"4","name":"D","brand":"z"}
            """);
        _fixture.PutLines(
            """{"input":{"userId":"a"},"output":{"recommendedItems":["1","2"]}}""",
            """{"input":{"userId":"b"},"output":{"recommendedItems":["3","4"]}}""");

        Assert.StartsWith("1 of 2 users", (await _fixture.ProblemAsync()).Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_LinesThatAreNone_AreCounted()
    {
        _fixture.PutLines(
            """{"input":{"userId":"a"},"output":{"recommendedItems":["1"]}}""",
            "not json",
            "",
            """{"output":{"recommendedItems":["1"]}}""",
            """{"input":{"userId":"a"},"output":{"recommendedItems":[true]}}""",
            $$$"""{"input":{"userId":"{{{new string('u', 257)}}}"},"output":{"recommendedItems":["1"]}}""",
            """{"input":{"userId":"a"},"output":{"recommendedItems":["\ud800"]}}""");

        Assert.StartsWith("5 of 6 lines", (await _fixture.ProblemAsync()).Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_GuardsThatWouldTrip_AreWarnings()
    {
        _fixture.PutConfig("", "\"guards\": { \"minLines\": 4, \"maxErrorRate\": 0.6 },");
        _fixture.PutLines(
            """{"input":{"userId":"a"},"output":{"recommendedItems":["1"]}}""",
            """{"input":{"userId":"b"},"output":null,"error":null}""",
            """{"input":{"userId":"c"},"error":"x"}""");

        var result = await _fixture.ValidateAsync();

        Assert.Equal(["$.guards.minLines", "$.guards.maxErrorRate"], result.Problems.Select(p => p.Path));
        Assert.True(result.IsValid);
    }

    [Fact]
    public async Task Validate_UnknownItems_AreAnErrorWhereTheyStopTheRun()
    {
        _fixture.PutConfig("\"unknownItems\": \"fail\"");
        _fixture.PutLines("""{"input":{"userId":"a"},"output":{"recommendedItems":["1","77"]}}""");

        var problem = await _fixture.ProblemAsync();

        Assert.Equal(("$.connectors.braze.unknownItems", Severity.Error), (problem.Path, problem.Severity));
        Assert.StartsWith("1 of 2 recommendations", problem.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_NoItemKnown_IsAWarning()
    {
        _fixture.PutLines("""{"input":{"userId":"a"},"output":{"recommendedItems":["71","72"]}}""");

        var problem = await _fixture.ProblemAsync();

        Assert.Equal(("$.connectors.braze.unknownItems", Severity.Warning), (problem.Path, problem.Severity));
    }
}
