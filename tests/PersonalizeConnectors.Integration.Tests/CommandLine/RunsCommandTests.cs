using System.Text.Json.Nodes;
using PersonalizeConnectors.Integration.Tests.Harness;
using static PersonalizeConnectors.Integration.Tests.Harness.WrittenReports;

namespace PersonalizeConnectors.Integration.Tests.CommandLine;

public sealed class RunsCommandTests
{
    [Fact]
    public async Task Runs_ThreeRuns_AreListedNewestFirstWithTheirEnds()
    {
        using var root = TestRoot.Create(1);
        WriteThree(root);

        var (exitCode, output, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "runs", root.JobPath);

        Assert.True(exitCode == 0, error);
        var at = new[] { NewestRun, MiddleRun, OldestRun }.Select(run => output.IndexOf(run, StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain(-1, at);
        Assert.Equal(at.Order(), at);
        Assert.Contains("The guard maxRemovalRate stopped it.", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public async Task Runs_DamagedAndForeignFiles_AreNamedAndNotFatal()
    {
        using var root = TestRoot.Create(1);
        WriteThree(root);
        root.WriteJob($"runs/{MiddleRun}/report.json", "{ \"status\": ");
        root.WriteJob("runs/20261119T020000Z-00000000/report.html", "a page alone");
        root.WriteJob("runs/notes/todo.txt", "mine");

        var (exitCode, output, _) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "runs", root.JobPath, "--json");

        Assert.Equal(0, exitCode);
        await Schema.AssertFitsAsync("runs", output);
        var document = JsonNode.Parse(output)!;
        Assert.Equal([NewestRun, OldestRun], document["runs"]!.AsArray().Select(r => (string?)r!["runId"]));
        Assert.Equal([MiddleRun, "20261119T020000Z-00000000", "notes"], document["unreadable"]!.AsArray().Select(r => (string?)r!["name"]));
    }

    [Fact]
    public async Task Runs_ReportsOfOtherVersions_AreReadAsFarAsTheyGo()
    {
        using var root = TestRoot.Create(1);
        root.WriteJob($"runs/{OldestRun}/report.json", """{ "status": "completed", "connectors": { "braze": { "users": { "new": 3, "mystery": 1 } } }, "later": [] }""");

        var (exitCode, output, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "runs", root.JobPath, "--json");

        Assert.True(exitCode == 0, error);
        var run = Assert.Single(JsonNode.Parse(output)!["runs"]!.AsArray())!;
        Assert.Equal(3, (long)run["connectors"]!["braze"]!["new"]!);
        Assert.Equal("2026-11-20T02:00:00+00:00", (string?)run["startedAt"]);
    }

    [Fact]
    public async Task Runs_Limit_ShowsTheNewestAndCountsTheRest()
    {
        using var root = TestRoot.Create(1);
        WriteThree(root);

        var (_, output, _) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "runs", root.JobPath, "--limit", "1");

        Assert.Contains(NewestRun, output, StringComparison.Ordinal);
        Assert.DoesNotContain(MiddleRun, output, StringComparison.Ordinal);
        Assert.Contains("2 older runs", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Runs_NoneYet_SaysHowToStartOne()
    {
        using var root = TestRoot.Create(1);

        var (exitCode, output, _) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "runs", root.JobPath);

        Assert.Equal(0, exitCode);
        Assert.Contains("personalize-connectors run ", output, StringComparison.Ordinal);
    }
}
