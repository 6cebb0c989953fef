using System.Text.Json.Nodes;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Braze;

namespace PersonalizeConnectors.Integration.Tests.CommandLine;

public sealed class StateCommandTests
{
    [Fact]
    public async Task Reset_DamagedState_IsTheWayOutThatTheRefusalNames()
    {
        using var root = TestRoot.Create(30);
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        var environment = ProgramEnvironment.Of(braze);
        await ProgramProcess.RunAsync(environment, "run", root.JobPath);
        await File.WriteAllTextAsync(Path.Combine(root.JobPath, "output", "braze", "state", "manifest.json"), "{}", TestContext.Current.CancellationToken);

        var shown = await ProgramProcess.RunAsync(environment, "state", "show", root.JobPath, "--json");
        var refused = await ProgramProcess.RunAsync(environment, "run", root.JobPath);
        var reset = await ProgramProcess.RunAsync(environment, "state", "reset", root.JobPath, "--connector", "braze", "--yes", "--json");
        var again = await ProgramProcess.RunAsync(environment, "run", root.JobPath, "--json");

        Assert.Equal(1, shown.ExitCode);
        await Schema.AssertFitsAsync("state-show", shown.Output);
        Assert.Contains("state reset", (string?)JsonNode.Parse(shown.Output)!["connectors"]![0]!["problem"], StringComparison.Ordinal);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("state reset", refused.Error, StringComparison.Ordinal);
        Assert.True(reset.ExitCode == 0, reset.Error);
        await Schema.AssertFitsAsync("state-reset", reset.Output);
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Equal(30, (long)JsonNode.Parse(again.Output)!["connectors"]!["braze"]!["users"]!["accepted"]!);
    }

    [Fact]
    public async Task Reset_NotConfirmed_ChangesNothing()
    {
        using var root = TestRoot.Create(3);
        root.Write("etl_jobs/user_personalization/picks/output/braze/state/manifest.json", "kept");
        await using var asked = ProgramProcess.StartCommandLine(["state", "reset", root.JobPath, "--connector", "braze"], ProgramEnvironment.Of(null));
        asked.CloseInput();

        Assert.Equal(1, await asked.ExitAsync());
        Assert.True(File.Exists(Path.Combine(root.JobPath, "output", "braze", "state", "manifest.json")));
    }

    [Fact]
    public async Task Show_AfterARun_CountsWhatWasAccepted()
    {
        using var root = TestRoot.Create(30);
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        var environment = ProgramEnvironment.Of(braze);
        await ProgramProcess.RunAsync(environment, "run", root.JobPath);
        root.WriteBatch(28, 50, _ => 0);
        await ProgramProcess.RunAsync(environment, "run", root.JobPath);

        var (exitCode, output, error) = await ProgramProcess.RunAsync(environment, "state", "show", root.JobPath, "--json");
        var (_, shown, _) = await ProgramProcess.RunAsync(environment, "state", "show", root.JobPath, "--connector", "braze");

        Assert.True(exitCode == 0, error);
        await Schema.AssertFitsAsync("state-show", output);
        var state = JsonNode.Parse(output)!["connectors"]![0]!["state"]!;
        Assert.Equal((28, 2), ((long)state["users"]!, (long)state["gone"]!));
        Assert.Equal((string?)state["oldestAccepted"], (string?)state["newestAccepted"]);
        Assert.Contains((string)state["run"]!, shown, StringComparison.Ordinal);
        Assert.Contains("28, and 2 gone", shown, StringComparison.Ordinal);
        Assert.Contains("recommendation_items", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_ConfigurationThatCannotBeRead_ExitsWith2()
    {
        using var root = TestRoot.Create(3);
        root.Write("etl_jobs/user_personalization/picks/config.json", "{ \"connectors\": ");

        var (exitCode, output, _) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "state", "show", root.JobPath);

        Assert.Equal(2, exitCode);
        Assert.Contains("No connector", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_BeforeTheFirstRun_SaysThatAllUsersWillBeSent()
    {
        using var root = TestRoot.Create(3);

        var (exitCode, output, _) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "state", "show", root.JobPath);

        Assert.Equal(0, exitCode);
        Assert.Contains("no state yet", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("reset")]
    public async Task UnknownConnector_ExitsWith2AndNamesTheNearest(string command)
    {
        using var root = TestRoot.Create(3);

        var (exitCode, output, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "state", command, root.JobPath, "--connector", "brase", "--json");

        Assert.Equal(2, exitCode);
        Assert.Contains("Did you mean braze?", error, StringComparison.Ordinal);
        await Schema.AssertFitsAsync("error", output);
    }
}
