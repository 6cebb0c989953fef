using System.Text.Json.Nodes;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Tests.Shared;

namespace PersonalizeConnectors.Integration.Tests.CommandLine;

public sealed class StateCommandTests
{
    [Fact]
    public async Task Reset_DamagedState_IsTheWayOutThatTheRefusalNames()
    {
        Assert.SkipWhen(TemporalServerFixture.ProgramPath is null && Environment.GetEnvironmentVariable("CI") is not "true", "Needs the temporal program on PATH.");
        using var root = TestRoot.Create(30);
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        var environment = ProgramEnvironment.Of(braze);
        await ProgramProcess.RunAsync(environment, "run", root.JobPath);
        await File.WriteAllTextAsync(Path.Combine(root.JobPath, "output", "braze", "state", "manifest.json"), "{}", TestContext.Current.CancellationToken);

        var refused = await ProgramProcess.RunAsync(environment, "run", root.JobPath);
        var reset = await ProgramProcess.RunAsync(environment, "state", "reset", root.JobPath, "--connector", "braze", "--yes");
        var again = await ProgramProcess.RunAsync(environment, "run", root.JobPath, "--json");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("state reset", refused.Error, StringComparison.Ordinal);
        Assert.True(reset.ExitCode == 0, reset.Error);
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
}
