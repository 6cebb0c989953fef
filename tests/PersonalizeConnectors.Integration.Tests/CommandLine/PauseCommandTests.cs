using System.Text.Json.Nodes;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Braze;

namespace PersonalizeConnectors.Integration.Tests.CommandLine;

/// <summary><c>pause</c> and <c>resume</c> of runs on a service.</summary>
public sealed class PauseCommandTests
{
    private const int Users = 400;
    private const string Slow = """{ "braze": { "attributeShape": "itemIds", "maxObjectsPerRequest": 10, "requestsPerSecond": 8 } }""";

    [Fact]
    public async Task Pause_InDelivery_SendsNothingMoreUntilResumedAndNobodyTwice()
    {
        await using var temporal = await DurableTemporal.StartAsync();
        using var root = TestRoot.Create(Users, connectors: Slow);
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        var environment = ProgramEnvironment.Of(braze, temporal.Address, root.Path);
        await ProgramProcess.RunAsync(environment, "run", root.JobPath, "--detach");
        var (_, told, _) = await ProgramProcess.RunAsync(environment, "pause", root.JobPath, "--json");
        await using var worker = ProgramProcess.StartWorker(environment);
        await ProgramProcess.RunAsync(environment, "resume", root.JobPath);
        await using var watch = ProgramProcess.StartCommandLine(["watch", root.JobPath, "--json"], environment);
        await Waiting.ForAsync(() => braze.Statistics.Requests > 1, "the delivery");

        var (exitCode, output, error) = await ProgramProcess.RunAsync(environment, "pause", root.JobPath, "--json");
        JsonNode status = new JsonObject();
        await Waiting.ForAsync(async () => (status = await StatusAsync(environment, root))["run"]!["running"]!.AsArray().Count == 0, "the range to stop");
        var sent = braze.Statistics.Requests;
        var (_, shown, _) = await ProgramProcess.RunAsync(environment, "status", root.JobPath);

        await Schema.AssertFitsAsync("pause", told);
        Assert.False((bool)JsonNode.Parse(told)!["confirmed"]!);
        Assert.True(exitCode == 0, error);
        await Schema.AssertFitsAsync("pause", output);
        var who = (string?)JsonNode.Parse(output)!["paused"]!["by"];
        Assert.Equal($"{Environment.UserName}@{Environment.MachineName}", who);
        Assert.Equal("paused", (string?)status["state"]);
        Assert.Equal(who, (string?)status["run"]!["paused"]!["by"]);
        Assert.Contains($"by {who}; \"resume\" goes on", shown, StringComparison.Ordinal);
        Assert.Equal(sent, braze.Statistics.Requests);
        Assert.InRange(sent, 2, (Users / 10) - 1);

        var (_, resumed, _) = await ProgramProcess.RunAsync(environment, "resume", root.JobPath, "--json");
        Assert.Equal(0, await watch.ExitAsync());

        await Schema.AssertFitsAsync("pause", resumed);
        Assert.Null(JsonNode.Parse(resumed)!["paused"]);
        Assert.Contains("Paused since", watch.Error, StringComparison.Ordinal);
        Assert.Contains("Goes on.", watch.Error, StringComparison.Ordinal);
        var delivered = JsonNode.Parse(watch.Output)!["connectors"]!["braze"]!;
        Assert.Equal(Users, (long)delivered["users"]!["accepted"]!);
        Assert.Equal(Users / 10, braze.Statistics.Requests);
        var (nothing, _, why) = await ProgramProcess.RunAsync(environment, "resume", root.JobPath);
        Assert.Equal(1, nothing);
        Assert.Contains("nothing to resume", why, StringComparison.Ordinal);
    }

    private static async Task<JsonNode> StatusAsync(IReadOnlyDictionary<string, string?> environment, TestRoot root)
    {
        var (_, output, _) = await ProgramProcess.RunAsync(environment, "status", root.JobPath, "--json");
        await Schema.AssertFitsAsync("status", output);
        return JsonNode.Parse(output)!;
    }
}
