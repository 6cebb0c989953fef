using System.Text.Json.Nodes;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;
using Temporalio.Client;
using Temporalio.Worker;

namespace PersonalizeConnectors.Integration.Tests.CommandLine;

/// <summary><c>status</c>, <c>watch</c> and <c>cancel</c> of runs on a service.</summary>
public sealed class ServiceCommandTests(TemporalServerFixture server)
{
    private const string Slow = """{ "braze": { "attributeShape": "itemIds", "requestsPerSecond": 1 } }""";

    [Fact]
    public async Task Status_RunUnderWay_ShowsItsStepsAndCancelEndsItWithWhatWasAccepted()
    {
        await using var temporal = await DurableTemporal.StartAsync();
        using var root = TestRoot.Create(6000, connectors: Slow);
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        var environment = ProgramEnvironment.Of(braze, temporal.Address, root.Path);
        await using var worker = ProgramProcess.StartWorker(environment);
        var (_, started, _) = await ProgramProcess.RunAsync(environment, "run", root.JobPath, "--detach", "--json");
        await Schema.AssertFitsAsync("detach", started);
        await Waiting.ForAsync(() => braze.Statistics.Requests > 1, "the delivery");

        var (exitCode, output, error) = await ProgramProcess.RunAsync(environment, "status", root.JobPath, "--json");
        var (_, shown, _) = await ProgramProcess.RunAsync(environment, "status", root.JobPath);
        await using var watch = ProgramProcess.StartCommandLine(["watch", root.JobPath, "--json"], environment);
        await Waiting.ForAsync(() => watch.Error.Contains("Write (braze)", StringComparison.Ordinal), "the watching");
        var (canceled, report, cancelError) = await ProgramProcess.RunAsync(environment, "cancel", root.JobPath, "--json");

        Assert.True(exitCode == 0, error);
        await Schema.AssertFitsAsync("status", output);
        var status = JsonNode.Parse(output)!;
        Assert.Equal("running", (string?)status["state"]);
        Assert.Equal("Deliver", (string?)status["run"]!["phase"]);
        Assert.Contains(status["run"]!["running"]!.AsArray(), r => (string?)r!["name"] == "Deliver" && (long)r["total"]! == 6000);
        Assert.Contains("running  Deliver", shown, StringComparison.Ordinal);
        Assert.True(canceled == 0, cancelError);
        Assert.Equal("canceled", (string?)JsonNode.Parse(report)!["status"]);
        Assert.Equal(braze.Profiles.Count, (long)JsonNode.Parse(report)!["connectors"]!["braze"]!["users"]!["accepted"]!);
        Assert.Equal(1, await watch.ExitAsync());
        Assert.Equal("canceled", (string?)JsonNode.Parse(watch.Output)!["status"]);
        await AssertEndedAsync(environment, root);
    }

    /// <summary>Nobody is left to answer a query: what is known then is the service's own.</summary>
    [Fact]
    public async Task Status_WorkerKilledInDelivery_ShowsTheDeliveryAndLaterThatNobodyPolls()
    {
        await using var temporal = await DurableTemporal.StartAsync();
        using var root = TestRoot.Create(6000, connectors: Slow);
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        var environment = ProgramEnvironment.Of(braze, temporal.Address, root.Path);
        await using (var worker = ProgramProcess.StartWorker(environment))
        {
            await ProgramProcess.RunAsync(environment, "run", root.JobPath, "--detach");
            await Waiting.ForAsync(() => braze.Statistics.Requests > 1, $"the delivery; {worker.Error}");
            await worker.KillAsync();
        }

        var (exitCode, output, error) = await ProgramProcess.RunAsync(environment, "status", root.JobPath, "--json");

        Assert.True(exitCode == 0, error);
        await Schema.AssertFitsAsync("status", output);
        var run = JsonNode.Parse(output)!["run"]!;
        Assert.False((bool)run["hasWorker"]!);
        Assert.Equal(("Deliver", "Deliver", 6000), ((string?)run["phase"], (string?)run["running"]![0]!["name"], (long)run["running"]![0]!["total"]!));

        // The attempt is given up half a minute after the kill; polls of the dead count for a minute and a half.
        var client = await temporal.ConnectAsync();
        var inspector = new RunInspector(client, new LaterClock());
        RunningStep? unpolled = null;
        await Waiting.ForAsync(
            async () => (unpolled = (await inspector.RunningAsync(JobId.Of(root.JobPath), "", TestContext.Current.CancellationToken))
                .FirstOrDefault(step => step.Name == UnpolledQueue.Name)) is not null,
            "the attempt to be given up", seconds: 120);
        Assert.Contains($"no worker polls the queue \"{TaskQueues.DeliverOf(TaskQueues.ForHost(Environment.MachineName))}\"", unpolled!.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_RunWithoutAWorkerAtFirst_SaysWhatItWaitsForAndEndsAsItEnds()
    {
        await using var temporal = await DurableTemporal.StartAsync();
        using var root = TestRoot.Create(30);
        await using var braze = await BrazeSimulator.StartAsync(
            new() { Settings = new() { BlacklistedExternalIds = [TestRoot.UserId(1)] } }, TestContext.Current.CancellationToken);
        var environment = ProgramEnvironment.Of(braze, temporal.Address, root.Path);
        await ProgramProcess.RunAsync(environment, "run", root.JobPath, "--detach");
        var (_, waiting, _) = await ProgramProcess.RunAsync(environment, "status", root.JobPath, "--json");
        await using var watch = ProgramProcess.StartCommandLine(["watch", root.JobPath, "--json"], environment);
        var queue = $"no worker polls the queue \"personalize-connectors@{Environment.MachineName}\"";
        await Waiting.ForAsync(() => watch.Error.Contains(queue, StringComparison.Ordinal), "the watching to say what the run waits for");
        await using var worker = ProgramProcess.StartWorker(environment);

        Assert.Equal(3, await watch.ExitAsync());
        await Schema.AssertFitsAsync("report", watch.Output);
        await Schema.AssertFitsAsync("status", waiting);
        Assert.False((bool)JsonNode.Parse(waiting)!["run"]!["hasWorker"]!);
        Assert.Contains(queue, (string?)JsonNode.Parse(waiting)!["run"]!["running"]![0]!["trouble"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_Interrupted_LeavesTheRunAlone()
    {
        await using var temporal = await DurableTemporal.StartAsync();
        using var root = TestRoot.Create(30);
        var environment = ProgramEnvironment.Of(null, temporal.Address, root.Path);
        await ProgramProcess.RunAsync(environment, "run", root.JobPath, "--detach");
        await using var watch = ProgramProcess.StartCommandLine(["watch", root.JobPath], environment);
        await Waiting.ForAsync(() => watch.Error.Contains("Ctrl-C ends the watching", StringComparison.Ordinal), "the watching");
        await temporal.StopAsync();
        await Waiting.ForAsync(() => watch.Error.Contains("does not answer", StringComparison.Ordinal), "the outage to be told");
        await temporal.StartAgainAsync();

        await watch.SignalAsync("INT");

        Assert.Equal(130, await watch.ExitAsync());
        var (_, output, _) = await ProgramProcess.RunAsync(environment, "status", root.JobPath, "--json");
        Assert.Equal("running", (string?)JsonNode.Parse(output)!["state"]);
        var (detached, asked, _) = await ProgramProcess.RunAsync(environment, "cancel", root.JobPath, "--detach", "--json");
        Assert.Equal(0, detached);
        await Schema.AssertFitsAsync("detach", asked);
    }

    [Fact]
    public async Task Status_WorkflowTaskThatKeepsFailing_IsStuckWithItsCause()
    {
        await using var temporal = await DurableTemporal.StartAsync();
        using var root = TestRoot.Create(3);
        var environment = ProgramEnvironment.Of(null, temporal.Address, root.Path);
        var client = await temporal.ConnectAsync();
        using var worker = new TemporalWorker(client, new TemporalWorkerOptions("broken").AddWorkflow<BrokenJob>());
        var cancellationToken = TestContext.Current.CancellationToken;
        await worker.ExecuteAsync(async () =>
        {
            await client.StartWorkflowAsync((BrokenJob job) => job.RunAsync(), new WorkflowOptions(JobId.Of(root.JobPath), "broken"));
            var output = "";
            await Waiting.ForAsync(
                async () =>
                {
                    (_, output, _) = await ProgramProcess.RunAsync(environment, "status", root.JobPath, "--json");
                    return (string?)JsonNode.Parse(output)!["state"] == "stuck";
                },
                "the run to be stuck");
            var (_, shown, _) = await ProgramProcess.RunAsync(environment, "status", root.JobPath);

            await Schema.AssertFitsAsync("status", output);
            Assert.Contains(BrokenJob.Cause, output, StringComparison.Ordinal);
            Assert.Contains(BrokenJob.Cause, shown, StringComparison.Ordinal);
        }, cancellationToken);
    }

    [Theory]
    [InlineData("status", 2)]
    [InlineData("watch", 1)]
    [InlineData("cancel", 1)]
    public async Task JobThatIsNotThere_OnAService_SaysSo(string command, int expected)
    {
        var (exitCode, output, error) = await ProgramProcess.RunAsync(
            ProgramEnvironment.Of(null, server.Client.Connection.Options.TargetHost), command, "/nowhere/etl_jobs/related_items/shop", "--json");

        Assert.Equal(expected, exitCode);
        Assert.Contains("/nowhere/etl_jobs/related_items/shop", error, StringComparison.Ordinal);
        await Schema.AssertFitsAsync("error", output);
    }

    private static async Task AssertEndedAsync(IReadOnlyDictionary<string, string?> environment, TestRoot root)
    {
        var (_, after, _) = await ProgramProcess.RunAsync(environment, "status", root.JobPath, "--json");
        var (again, _, error) = await ProgramProcess.RunAsync(environment, "cancel", root.JobPath);

        Assert.Equal("idle", (string?)JsonNode.Parse(after)!["state"]);
        Assert.Equal("canceled", (string?)JsonNode.Parse(after)!["lastRun"]!["status"]);
        Assert.Equal(1, again);
        Assert.Contains("nothing to cancel", error, StringComparison.Ordinal);
    }

    private sealed class LaterClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddMinutes(5);
    }
}
