using System.Diagnostics;
using System.Text.Json.Nodes;
using NJsonSchema;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Braze;

namespace PersonalizeConnectors.Integration.Tests.CommandLine;

public sealed class RunCommandTests
{
    [Fact]
    public async Task Run_Json_PrintsOneDocumentOfTheSchemaAndProgressOnStandardError()
    {
        using var root = TestRoot.Create(30);
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);

        var (exitCode, output, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(braze), "run", root.JobPath, "--json");

        Assert.True(exitCode == 0, error);
        var schema = await JsonSchema.FromFileAsync(Path.Combine(Repository.Root, "docs", "report.schema.json"), TestContext.Current.CancellationToken);
        Assert.Empty(schema.Validate(output));
        Assert.Equal("completed", (string?)JsonNode.Parse(output)!["status"]);
        Assert.Contains("Deliver (braze): 1 of 1", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_RelativePathAndSecondRun_SendsNothing()
    {
        using var root = TestRoot.Create(30);
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, root.JobPath) + "/";
        await ProgramProcess.RunAsync(ProgramEnvironment.Of(braze), "run", relative);

        var (exitCode, output, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(braze), "run", relative);

        Assert.True(exitCode == 0, error);
        Assert.Contains("unchanged 30", output, StringComparison.Ordinal);
        Assert.Equal(1, braze.Statistics.Requests);
    }

    [Fact]
    public async Task Run_RejectedUser_ExitsWith3()
    {
        using var root = TestRoot.Create(30);
        await using var braze = await BrazeSimulator.StartAsync(
            new() { Settings = new() { BlacklistedExternalIds = [TestRoot.UserId(1)] } }, TestContext.Current.CancellationToken);

        var (exitCode, output, _) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(braze), "run", root.JobPath);

        Assert.Equal(3, exitCode);
        Assert.Contains("rejected 1", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WrongConfiguration_ExitsWith2AndWritesNothing()
    {
        using var root = TestRoot.Create(30, connectors: """{ "braze": { "atributeShape": "itemIds" } }""");
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);

        var (exitCode, _, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(braze), "run", root.JobPath);

        Assert.Equal(2, exitCode);
        Assert.Contains("attributeShape", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(root.JobPath, "runs")));
        Assert.False(Directory.Exists(Path.Combine(root.JobPath, "output")));
    }

    [Fact]
    public async Task Run_NoKey_ExitsWith2AndNamesTheVariables()
    {
        using var root = TestRoot.Create(30);

        var (exitCode, _, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "run", root.JobPath);

        Assert.Equal(2, exitCode);
        Assert.Contains("Connectors__Braze__RestEndpointUrl", error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Run_UnreachableTemporal_ExitsWith4()
    {
        using var root = TestRoot.Create(3);

        var (exitCode, _, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null, "127.0.0.1:1"), "run", root.JobPath);

        Assert.Equal(4, exitCode);
        Assert.Contains("TEMPORAL_ADDRESS", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Interrupted_CancelsAndKeepsWhatWasAccepted()
    {
        using var root = TestRoot.Create(6000, connectors: """{ "braze": { "attributeShape": "itemIds", "requestsPerSecond": 5 } }""");
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        await using (var interrupted = ProgramProcess.StartCommandLine(["run", root.JobPath, "--json"], ProgramEnvironment.Of(braze)))
        {
            await Waiting.ForAsync(() => braze.Statistics.Requests > 3, "the delivery");
            await interrupted.SignalAsync("INT");
            Assert.Equal(1, await interrupted.ExitAsync());
            Assert.Equal("canceled", (string?)JsonNode.Parse(interrupted.Output)!["status"]);
            Assert.Equal(braze.Profiles.Count, (long)JsonNode.Parse(interrupted.Output)!["connectors"]!["braze"]!["users"]!["accepted"]!);
        }

        var sent = braze.Profiles.Count;
        root.WriteConfig("""{ "braze": { "attributeShape": "itemIds" } }""");
        var (exitCode, output, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(braze), "run", root.JobPath, "--json");

        Assert.True(exitCode == 0, error);
        Assert.Equal(6000 - sent, (long)JsonNode.Parse(output)!["connectors"]!["braze"]!["users"]!["accepted"]!);
    }

    [Fact]
    public async Task Run_InterruptedTwice_LeavesAtOnce()
    {
        using var root = TestRoot.Create(600);
        await using var braze = await BrazeSimulator.StartAsync(
            new() { Settings = new() { Faults = [new() { Skip = 1, Fault = new() { Kind = FaultKind.Delay, Milliseconds = 60_000 } }] } },
            TestContext.Current.CancellationToken);
        await using var interrupted = ProgramProcess.StartCommandLine(["run", root.JobPath, "--json"], ProgramEnvironment.Of(braze));
        await Waiting.ForAsync(() => braze.Profiles.Count > 0, "the delivery");
        await interrupted.SignalAsync("INT");

        // A request is in flight for a minute, and is given fifteen seconds to settle: the first signal alone does not end the program.
        await Waiting.ForAsync(() => interrupted.Error.Contains("Canceling: ", StringComparison.Ordinal), "the sentence on what a second one does");
        var watch = Stopwatch.StartNew();
        await interrupted.SignalAsync("INT");

        Assert.Equal(130, await interrupted.ExitAsync());
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }

    [Theory]
    [InlineData("rn", "run")]
    [InlineData("run x --ful-resync", "--full-resync")]
    [InlineData("validate x --jsn", "--json")]
    public async Task CommandLine_Mistyped_ExitsWith2AndNamesTheNearest(string line, string nearest)
    {
        var (exitCode, _, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), line.Split(' '));

        Assert.Equal(2, exitCode);
        Assert.Contains(nearest, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_DetachWithoutService_ExitsWith2()
    {
        using var root = TestRoot.Create(3);

        var (exitCode, _, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "run", root.JobPath, "--detach");

        Assert.Equal(2, exitCode);
        Assert.Contains("TEMPORAL_ADDRESS", error, StringComparison.Ordinal);
    }
}
