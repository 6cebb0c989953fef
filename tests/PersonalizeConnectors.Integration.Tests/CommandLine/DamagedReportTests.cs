using System.Text.Json.Nodes;
using PersonalizeConnectors.Integration.Tests.Harness;
using static PersonalizeConnectors.Integration.Tests.Harness.WrittenReports;

namespace PersonalizeConnectors.Integration.Tests.CommandLine;

public sealed class DamagedReportTests
{
    public static TheoryData<string> Damages =>
    [
        "", "[]", """{ "status": 1 }""", """{ "status": "completed", "connectors": { "braze": null } }""",
        """{ "status": "completed", "connectors": [] }""", """{ "status": "completed", "status": "failed" }""",
        """{ "status": "completed", "connectors": { "braze": { "users": {}, "users": {} } } }""", """{ "status": "completed", "steps": [null] }""",
    ];

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Runs_DamagedReport_IsNamedAndTheOthersAreListed(string damaged)
    {
        using var root = Damaged(damaged);

        var (exitCode, output, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "runs", root.JobPath, "--json");

        Assert.True(exitCode == 0, error);
        await Schema.AssertFitsAsync("runs", output);
        Assert.Equal([NewestRun], JsonNode.Parse(output)!["unreadable"]!.AsArray().Select(r => (string?)r!["name"]));
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Report_DamagedReport_ExitsWith1AndTheErrorDocument(string damaged)
    {
        using var root = Damaged(damaged);

        var (exitCode, output, _) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "report", root.JobPath, NewestRun, "--json");

        Assert.Equal(1, exitCode);
        await Schema.AssertFitsAsync("error", output);
        Assert.Contains(NewestRun, (string?)JsonNode.Parse(output)!["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_DamagedNewestReport_TellsOfTheRunBefore()
    {
        using var root = Damaged("""{ "status": "completed", "connectors": { "braze": null } }""");

        var (exitCode, output, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "status", root.JobPath, "--json");

        Assert.True(exitCode == 0, error);
        Assert.Equal(MiddleRun, (string?)JsonNode.Parse(output)!["lastRun"]!["runId"]);
    }

    private static TestRoot Damaged(string report)
    {
        var root = TestRoot.Create(1);
        WriteThree(root);
        root.WriteJob($"runs/{NewestRun}/report.json", report);
        return root;
    }
}
