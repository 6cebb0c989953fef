using System.Globalization;
using System.Text.Json.Nodes;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Braze;

namespace PersonalizeConnectors.Integration.Tests.CommandLine;

/// <summary><c>status</c>, <c>watch</c> and <c>cancel</c> where no Temporal service is configured.</summary>
public sealed class WithoutServiceTests
{
    [Fact]
    public async Task Status_RunOfAnotherProcess_NamesItAndCancelSaysWhereToEndIt()
    {
        using var root = TestRoot.Create(6000, connectors: """{ "braze": { "attributeShape": "itemIds", "requestsPerSecond": 5 } }""");
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        var environment = ProgramEnvironment.Of(braze);
        await using var run = ProgramProcess.StartCommandLine(["run", root.JobPath], environment);
        await Waiting.ForAsync(() => braze.Statistics.Requests > 3, "the delivery");
        var process = run.Id.ToString(CultureInfo.InvariantCulture);

        var (exitCode, output, error) = await ProgramProcess.RunAsync(environment, "status", root.JobPath, "--json");
        var (cancel, _, refused) = await ProgramProcess.RunAsync(environment, "cancel", root.JobPath);

        Assert.True(exitCode == 0, error);
        await Schema.AssertFitsAsync("status", output);
        Assert.Equal("elsewhere", (string?)JsonNode.Parse(output)!["state"]);
        Assert.Equal(run.Id, (int)JsonNode.Parse(output)!["holder"]!["processId"]!);
        Assert.Equal(4, cancel);
        Assert.Contains("TEMPORAL_ADDRESS", refused, StringComparison.Ordinal);
        Assert.Contains("process " + process, refused, StringComparison.Ordinal);
        await run.SignalAsync("INT");
        await run.ExitAsync();
    }

    [Fact]
    public async Task Status_NobodyAtWork_TellsHowTheLastRunEnded()
    {
        using var root = TestRoot.Create(1);
        WrittenReports.WriteThree(root);

        var (exitCode, output, _) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "status", root.JobPath, "--json");
        var (_, shown, _) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "status", root.JobPath);

        Assert.Equal(0, exitCode);
        await Schema.AssertFitsAsync("status", output);
        var status = JsonNode.Parse(output)!;
        Assert.Equal(("idle", WrittenReports.NewestRun), ((string?)status["state"], (string?)status["lastRun"]!["runId"]));
        Assert.Contains("no run is under way", shown, StringComparison.Ordinal);
        Assert.Contains("TEMPORAL_ADDRESS", shown, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(root.JobPath, "staging")));
    }

    [Theory]
    [InlineData("watch")]
    [InlineData("pause")]
    [InlineData("resume")]
    [InlineData("cancel")]
    public async Task NobodyAtWork_ExitsWith4AndSaysWhyNothingCanBeFollowed(string command)
    {
        using var root = TestRoot.Create(1);

        var (exitCode, output, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), command, root.JobPath, "--json");

        Assert.Equal(4, exitCode);
        Assert.Contains("live only in the process that runs them", error, StringComparison.Ordinal);
        await Schema.AssertFitsAsync("error", output);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("watch")]
    [InlineData("cancel")]
    public async Task UnreachableService_ExitsWith4AndNamesWhatToCheck(string command)
    {
        using var root = TestRoot.Create(1);

        var (exitCode, _, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null, "127.0.0.1:1"), command, root.JobPath);

        Assert.Equal(4, exitCode);
        Assert.Contains("TEMPORAL_ADDRESS", error, StringComparison.Ordinal);
    }
}
