using System.Text.Json;
using NJsonSchema;
using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Activities.Tests.Configuration;

public sealed class ProblemDocumentTests
{
    [Fact]
    public async Task Serialize_AnyProblems_KeepTheSchema()
    {
        var schema = await JsonSchema.FromJsonAsync(Repository.Read("docs", "validate.schema.json"), TestContext.Current.CancellationToken);
        var problems = Config.Read("{ \"keepRuns\": \"zwölf <>&\", \"keepRun\": 1 }").Problems;
        var warning = new Problem { File = "f", Found = "x", Expected = "y", Severity = Severity.Warning };

        Assert.Empty(schema.Validate(ProblemDocument.Serialize([])));
        Assert.Empty(schema.Validate(ProblemDocument.Serialize([.. problems, warning])));
        Assert.NotEmpty(schema.Validate("""{ "problems": [{}] }"""));
    }

    [Fact]
    public void Serialize_Problem_HasEveryKeyInOrder()
    {
        var problem = new Problem { File = "config.json", Path = "$.a", Line = 3, Found = "ä", Expected = "b", Nearest = "c" };

        using var json = JsonDocument.Parse(ProblemDocument.Serialize([problem]));

        Assert.Equal(
            """{"file":"config.json","path":"$.a","line":3,"found":"ä","expected":"b","nearest":"c","severity":"error"}""",
            JsonSerializer.Serialize(json.RootElement.GetProperty("problems")[0], Readable));
    }

    private static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
