using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Activities.Tests.Validate;

public sealed class MetadataCheckTests
{
    private const string Items = "input/item_metadata/items.json";

    private readonly JobFixture _fixture = new();

    [Fact]
    public async Task Validate_LinesThatAreNoItems_AreCountedAndTheFirstNamed()
    {
        string[] bad = ["{\"id\":true}", "[1]", "{\"id\":\"\"}", "{\"name\":\"x\"}", "{\"id\":\"a\"", "{\"id\":\"\\ud800\"}", "x"];
        _fixture.Put(Items, "\uFEFF{\"id\":\"1\",\"n\":1}\r\n\r\n" + string.Join("\r\n", bad) + "\r\n{\"id\":\"2\",\"n\":2}\n{\"id\":\"3\",\"n\":3}");

        var problems = (await _fixture.ValidateAsync()).Problems;

        Assert.Equal([3L, 4L, 5L, 6L, 7L, null], problems.Select(p => p.Line));
        Assert.All(problems, p => Assert.Equal(Severity.Warning, p.Severity));
        Assert.StartsWith("7 lines", problems[^1].Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"name\":\"x\"}\n")]
    [InlineData("[{\"id\":\"1\"},\n{\"id\":\"2\"}]")]
    [InlineData("\n\n")]
    public async Task Validate_NoItemWithAnId_IsAnError(string text)
    {
        _fixture.Put(Items, text);

        Assert.Contains((await _fixture.ValidateAsync()).Problems, p => p.Severity == Severity.Error && p.File.EndsWith("item_metadata/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Validate_NoMetadata_IsFineUnlessFieldsAreConfigured()
    {
        await _fixture.DeleteAsync(Items);
        Assert.Empty((await _fixture.ValidateAsync()).Problems);

        _fixture.PutConfig("\"itemMetadataFields\": [\"name\"]");
        Assert.Equal("$.connectors.braze.itemMetadataFields", (await _fixture.ProblemAsync()).Path);
    }

    [Fact]
    public async Task Validate_EmptyFile_IsLeftOutAsTheRunDoes()
    {
        _fixture.Put("input/item_metadata/empty.json", "");
        var problem = await _fixture.ProblemAsync();
        Assert.Equal(("input/item_metadata/empty.json", Severity.Warning), (problem.File, problem.Severity));

        // Without items at all every recommended item is taken by its id alone.
        await _fixture.DeleteAsync(Items);
        _fixture.PutConfig("\"unknownItems\": \"fail\"");
        Assert.Equal(Severity.Warning, (await _fixture.ProblemAsync()).Severity);
    }

    [Fact]
    public async Task Validate_FieldThatNoItemHas_NamesTheNearest()
    {
        _fixture.PutConfig("\"itemMetadataFields\": [\"name\", \"pirce\"]");

        var problem = await _fixture.ProblemAsync();

        Assert.Equal(("$.connectors.braze.itemMetadataFields[1]", "price", Severity.Warning), (problem.Path, problem.Nearest, problem.Severity));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("\"itemMetadataFields\": [\"name\"]", false)]
    public async Task Validate_KeysThatDifferFromItemToItem_AreAnErrorUnlessFieldsAreConfigured(string keys, bool isRefused)
    {
        _fixture.PutConfig(keys);
        _fixture.Put(Items, string.Concat(Enumerable.Range(1, 3).Select(i =>
            $"{{\"id\":\"{i}\",{string.Concat(Enumerable.Range(0, 200).Select(k => $"\"k{i}-{k}\":{k + 1},"))}\"name\":\"same\"}}\n")));

        var problems = (await _fixture.ValidateAsync()).Problems;

        // Of a configured field every value is known, however many other keys came before it.
        Assert.Contains(problems, p => p.Found.Contains("share a value, most in \"name\" (1)", StringComparison.Ordinal));
        var error = problems.SingleOrDefault(p => p.Severity == Severity.Error);
        Assert.Equal(isRefused ? "more than 500 different fields, such as \"k3-99\"" : null, error?.Found);
    }

    [Fact]
    public async Task Validate_FilesOfAllKinds_AreRead()
    {
        await _fixture.DeleteAsync(Items);
        _fixture.Put("input/item_metadata/a.jsonl", "{\"id\":\"1\",\"n\":1}\n");
        _fixture.Put("input/item_metadata/b.json.gz", "{\"id\":\"2\",\"n\":2}");
        _fixture.Put("input/item_metadata/c.jsonl.gz", "{\"id\":\"3\",\"n\":3}");
        _fixture.PutConfig("\"unknownItems\": \"fail\"");
        Assert.Empty((await _fixture.ValidateAsync()).Problems);

        _fixture.Put("input/item_metadata/d.csv", "id");
        Assert.Contains("d.csv", (await _fixture.ProblemAsync()).Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_ItemsTwice_AreCounted()
    {
        _fixture.Put("input/item_metadata/more.json", "{\"id\":\"1\",\"name\":\"Big tent\"}\n{\"id\":\"2\",\"name\":\"x\"}\n");

        Assert.Contains((await _fixture.ValidateAsync()).Problems, p => p.Found.StartsWith("2 lines whose id", StringComparison.Ordinal) && p.Severity == Severity.Warning);
    }

    [Fact]
    public async Task Validate_FieldsThatCollideWithAttributes_AreErrors()
    {
        _fixture.Put(Items, "{\"id\":\"1\",\"email\":\"a\",\"brand\":1}\n{\"id\":\"2\",\"email\":\"b\",\"brand\":2}\n{\"id\":\"3\",\"email\":\"c\",\"brand\":3}\n");
        _fixture.PutConfig("\"attributePrefix\": \"\", \"otherAttributes\": { \"brand\": 1 }");

        var problems = (await _fixture.ValidateAsync()).Problems;

        Assert.Equal(["$.connectors.braze.attributePrefix", "$.connectors.braze.otherAttributes.brand"], problems.Select(p => p.Path));
        Assert.All(problems, p => Assert.Equal(Severity.Error, p.Severity));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("\"itemMetadataFields\": [\"text\"], \"attributeShape\": \"arrayOfObjects\"", true)]
    [InlineData("\"itemMetadataFields\": [\"name\"]", false)]
    [InlineData("\"attributeShape\": \"itemIds\"", false)]
    public async Task Validate_TextsThatTheDestinationRefuses_AreAWarningWhereTheyAreSent(string keys, bool warned)
    {
        _fixture.PutConfig(keys);
        _fixture.Put(Items, string.Concat(Enumerable.Range(1, 3).Select(i => $"{{\"id\":\"{i}\",\"name\":\"{i}\",\"text\":\"{i}{new string('é', 252 + i)}\"}}\n")));

        var problems = (await _fixture.ValidateAsync()).Problems;

        Assert.Equal(warned ? 1 : 0, problems.Count);
        Assert.All(problems, p => Assert.StartsWith("1 items with more than 255 characters in \"text\"", p.Found, StringComparison.Ordinal));
    }
}
