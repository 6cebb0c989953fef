using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using NJsonSchema;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;
using static PersonalizeConnectors.Activities.Tests.Report.ReportFixture;
using static PersonalizeConnectors.Activities.Tests.State.StateFixture;

namespace PersonalizeConnectors.Activities.Tests.Report;

public sealed class ReportFormatTests : IDisposable
{
    private const string Nasty = "<script>alert(\"x\")</script> & 'ü🙂'";

    private readonly ReportFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Json_FullReport_FitsTheSchema()
    {
        var json = await ReportAsync(FullInput());

        Assert.Empty((await SchemaAsync()).Validate(json));
        var root = JsonNode.Parse(json)!;
        Assert.Equal("completedWithRejections", (string?)root["status"]);
        Assert.Equal(
            "fake://root/etl_jobs/user_personalization/shop/output/braze/year=2026/month=11/day=01/time=000000/",
            (string?)root["connectors"]!["braze"]!["outputPath"]);
        Assert.Equal(Nasty, (string?)root["connectors"]!["braze"]!["rejections"]![0]!["example"]);
        Assert.Contains("</script> & 'ü", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_EmptyReport_FitsTheSchema()
    {
        var json = await ReportAsync(Input(FirstRun) with { Failure = "No.", Steps = [] });

        Assert.Empty((await SchemaAsync()).Validate(json));
    }

    [Theory]
    [InlineData("$.failure")]
    [InlineData("$.lines.read")]
    [InlineData("$.connectors.braze.users.unknown")]
    public async Task Schema_ReportWithoutAKey_DoesNotFit(string path)
    {
        var root = JsonNode.Parse(await ReportAsync(FullInput()))!;
        string[] names = path.Split('.');
        var parent = names[1..^1].Aggregate(root, (node, name) => node[name]!);
        Assert.True(parent.AsObject().Remove(names[^1]));

        Assert.NotEmpty((await SchemaAsync()).Validate(root.ToJsonString()));
    }

    [Fact]
    public async Task Json_Keys_AreThoseOfTheSchemaInItsOrder()
    {
        using var report = JsonDocument.Parse(await ReportAsync(FullInput()));
        using var schema = JsonDocument.Parse(await File.ReadAllTextAsync(SchemaPath(), TestContext.Current.CancellationToken));

        Assert.Equal(
            schema.RootElement.GetProperty("properties").EnumerateObject().Select(p => p.Name),
            report.RootElement.EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task Page_FullReport_IsOneWellFormedPageWithoutForeignMarkup()
    {
        await ReportAsync(FullInput());

        var page = Encoding.UTF8.GetString(_fixture.State.Store[_fixture.State.Keys(FirstRun).ReportHtml]);

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("prefers-color-scheme", page, StringComparison.Ordinal);
        // The page has no void elements but meta: closed for a moment, it is XML.
        var document = XDocument.Parse(System.Text.RegularExpressions.Regex.Replace(page.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal), "(<meta[^>]*)>", "$1/>"));
        var cells = document.Descendants("td").Select(e => e.Value).ToList();
        Assert.Contains(Nasty, cells);
        Assert.Contains("2.5", cells);
        Assert.Contains("completedWithRejections", document.Descendants("span").Select(e => e.Value));
        Assert.Contains(document.Descendants("pre"), e => e.Value.Contains("batch.out", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_BarOfAll_FillsItsTrack()
    {
        await ReportAsync(FullInput());

        var page = Encoding.UTF8.GetString(_fixture.State.Store[_fixture.State.Keys(FirstRun).ReportHtml]);

        Assert.Contains("Lines read</span><span class=\"track\"><span class=\"bar in\" style=\"width:100.00%\">", page, StringComparison.Ordinal);
        Assert.Contains("Accepted</span><span class=\"track\"><span class=\"bar ok\" style=\"width:70.00%\">", page, StringComparison.Ordinal);
    }

    private static string SchemaPath()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PersonalizeConnectors.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests do not run below the repository.");
        }

        return Path.Combine(folder.FullName, "docs", "report.schema.json");
    }

    private static Task<JsonSchema> SchemaAsync() => JsonSchema.FromFileAsync(SchemaPath(), TestContext.Current.CancellationToken);

    private ReportInput FullInput()
    {
        _fixture.State.Stage(FirstRun, 0, [(Nasty, UpdateOperation.Set, Print(1))]);
        _fixture.State.Settle(FirstRun, 0, 0, [(Nasty, OutcomeKind.Rejected)]);
        _fixture.State.Store.Put(_fixture.State.Keys(FirstRun).Samples("load", 0), """[{"file":"batch.out","reason":"<b>no</b>","offset":3}]""");
        return Input(FirstRun, Outcome(7, 1)) with { Mapping = new(1, 2, 3, 4, 5), Catalog = new(1, 2, 3, 4) };
    }

    private async Task<string> ReportAsync(ReportInput input)
    {
        await _fixture.ReportAsync(input);
        return Encoding.UTF8.GetString(_fixture.State.Store[_fixture.State.Keys(FirstRun).Report]);
    }
}
