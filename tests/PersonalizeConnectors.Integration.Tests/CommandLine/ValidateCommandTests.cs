using System.Text.Json.Nodes;
using PersonalizeConnectors.Integration.Tests.Harness;

namespace PersonalizeConnectors.Integration.Tests.CommandLine;

public sealed class ValidateCommandTests
{
    [Fact]
    public async Task Validate_SampleJobs_HaveNoErrors()
    {
        foreach (var job in Directory.EnumerateDirectories(Path.Combine(Repository.Root, "samples", "etl_jobs")).SelectMany(Directory.EnumerateDirectories))
        {
            var (exitCode, output, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "validate", job);

            Assert.True(exitCode == 0, job + output + error);
        }
    }

    [Fact]
    public async Task Validate_ManyProblems_ShowsAllOfThemAtOnceWithTheirPlaces()
    {
        using var root = TestRoot.Create(5, connectors: """{ "braze": { "atributeShape": "x", "requestsPerSecond": -1, "attributePrefix": "[PREFIX]" } }""");
        root.Write("etl_jobs/user_personalization/picks/input/item_metadata/items.json", "not json\n{\"name\":\"no id\"}\n");

        var (exitCode, output, _) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "validate", root.JobPath, "--json");

        Assert.Equal(2, exitCode);
        var problems = JsonNode.Parse(output)!["problems"]!.AsArray();
        Assert.True(problems.Count >= 4, output);
        Assert.Contains(problems, p => (string?)p!["path"] == "$.connectors.braze.atributeShape" && (string?)p["nearest"] == "attributeShape");
        Assert.All(problems, p => Assert.NotNull((string?)p!["file"]));
    }

    [Fact]
    public async Task Validate_NoSuchJob_ExitsWith2AndSaysWhatAJobIs()
    {
        var (exitCode, output, _) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "validate", "/nowhere/etl_jobs/related_items/none");

        Assert.Equal(2, exitCode);
        Assert.Contains("/nowhere", output, StringComparison.Ordinal);
    }
}
