using System.Text.Json.Nodes;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Integration.Tests.Kills;

public sealed class ServerKillTests(AwsFixture aws)
{
    private const int Users = 20_000;
    private const int Kills = 3;

    [Fact]
    public async Task Run_JobInABucketAndTemporalStoppedForEightSecondsDuringDelivery_EndsWithFewRepeats()
    {
        await using var temporal = await DurableTemporal.StartAsync();
        using var local = TestRoot.Create(Users, items: 200, connectors: """{ "braze": { "attributeShape": "itemIds", "requestsPerSecond": 20 } }""");
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        var root = await BucketRoot.CreateAsync(aws, local.Path);
        await root.PutSecretsAsync(braze);
        var jobPath = $"{root.Address}/{local.Job}";
        await using var worker = ProgramProcess.StartWorker(root.Environment(temporal.Address));
        var handle = await WorkerKill.StartAsync(await temporal.ConnectAsync(), jobPath);

        await Waiting.ForAsync(() => braze.Statistics.Requests > 20, "the delivery");
        await temporal.StopAsync();
        await Waiting.OutageAsync(8);
        await temporal.StartAgainAsync();
        var again = (await temporal.ConnectAsync()).GetWorkflowHandle<Workflows.Jobs.ConnectorJobWorkflow, ConnectorJobResult>(handle.Id);
        var run = await JobHost.EndAsync(jobPath, again, root.Locator());

        Assert.True(run.Status == RunStatus.Completed, $"{run.Failure} {worker.Error}");
        Assert.Equal(Users, run.Users("accepted"));
        Assert.Equal(Users, braze.Profiles.Count);
        // Design: after a loss of the service at most what was settled in ten seconds comes again, at 20 requests of 75 a second.
        Assert.InRange(WorkerKill.Repeats(braze), 0, 20 * 75 * 11);
        Assert.Empty(await root.KeysAsync(local.Job + "/staging/"));
    }

    /// <summary>The program is its Temporal server too: both are gone at once, at random in a delivery.</summary>
    [Fact]
    public async Task Run_ProgramKilledAgainAndAgain_IsRunToTheEndWithNobodyLost()
    {
        using var root = TestRoot.Create(Users, items: 200, connectors: """{ "braze": { "attributeShape": "itemIds", "requestsPerSecond": 10 } }""");
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        var environment = ProgramEnvironment.Of(braze);
        var random = new Random(20261124);

        for (var kill = 0; kill < Kills; kill++)
        {
            var seen = braze.Statistics.Requests + random.Next(5, 20);
            await using var killed = ProgramProcess.StartCommandLine(["run", root.JobPath], environment);
            await Waiting.ForAsync(() => braze.Statistics.Requests >= seen, $"the delivery; {killed.Error}");
            await killed.KillAsync();
        }

        // What was accepted stays in order whatever the rate is: the last run need not be slow.
        root.WriteConfig("""{ "braze": { "attributeShape": "itemIds" } }""");
        var (exitCode, output, error) = await ProgramProcess.RunAsync(environment, "run", root.JobPath, "--json");

        Assert.True(exitCode == 0, error);
        var users = JsonNode.Parse(output)!["connectors"]!["braze"]!["users"]!;
        Assert.Equal(Users, (long)users["total"]!);
        Assert.Equal(Users, braze.Profiles.Count);
        Assert.True((long)users["accepted"]! < Users, "What the killed runs had sent was sent again.");
        // A kill repeats what was in flight or settled within its last second, at ten requests a second.
        Assert.InRange(WorkerKill.Repeats(braze), 0, Kills * 75 * (10 + 24));
        WorkerKill.AssertNothingLeft(root);
    }
}
