using System.Text.Json.Nodes;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Starter.Schedules;
using PersonalizeConnectors.Starter.Temporal;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Integration.Tests.Schedules;

/// <summary>A schedule that fires by itself, and starts of a job that runs already, on a real server with a worker process.</summary>
public sealed class StartTests
{
    private const string Slow = """{ "braze": { "attributeShape": "itemIds", "maxObjectsPerRequest": 1, "requestsPerSecond": 1 } }""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Schedule_FiringEverySecond_RunsTheJobAgainAndAgainAndNeverTwiceAtOnce()
    {
        await using var temporal = await DurableTemporal.StartAsync();
        using var root = TestRoot.Create(30);
        await using var braze = await BrazeSimulator.StartAsync(new(), Token);
        var environment = ProgramEnvironment.Of(braze, temporal.Address, root.Path);
        await using var worker = ProgramProcess.StartWorker(environment);
        var client = await temporal.ConnectAsync();
        var schedules = new JobSchedules(new ConfiguredService(client, new(temporal.Address)));

        await ProgramProcess.RunAsync(environment, "schedule", "create", root.JobPath, "--every", "1s");
        await Waiting.ForAsync(() => Reports(root).Count > 2, "three scheduled runs");
        await schedules.PauseAsync(root.JobPath, "enough", Token);
        await Waiting.ForAsync(async () => (await schedules.DescribeAsync(root.JobPath, Token)).Running.Count == 0, "the last one to end");

        Assert.Equal(30, braze.Profiles.Count);
        var reports = Reports(root).Select(r => (Start: (DateTimeOffset)r["startedAt"]!, Seconds: (double)r["seconds"]!, Status: (string?)r["status"])).Order().ToList();
        Assert.All(reports, r => Assert.Equal(RunStatus.Completed, r.Status));
        Assert.All(reports.Zip(reports.Skip(1)), pair => Assert.True(pair.First.Start.AddSeconds(pair.First.Seconds) <= pair.Second.Start));

        await RefusesASecondStartAsync(environment, root, braze, client, schedules);
    }

    private static async Task RefusesASecondStartAsync(
        IReadOnlyDictionary<string, string?> environment, TestRoot root, BrazeSimulator braze, ITemporalClient client, JobSchedules schedules)
    {
        root.WriteConfig(Slow);
        var before = braze.Statistics.Requests;
        await ProgramProcess.RunAsync(environment, "run", root.JobPath, "--detach", "--full-resync");
        await Waiting.ForAsync(() => braze.Statistics.Requests > before, "the delivery");

        var (exitCode, _, byCommandLine) = await ProgramProcess.RunAsync(environment, "run", root.JobPath);
        var (started, output) = await Shell.RunAsync(
            $"temporal workflow start --address {client.Connection.Options.TargetHost} --type ConnectorJob --task-queue '{TaskQueues.ForHost(Environment.MachineName)}' "
            + $"--workflow-id by-hand --input '{{\"jobPath\":\"{root.JobPath}\"}}'");
        var fired = await schedules.TriggerAsync(root.JobPath, overlap: null, Token);

        Assert.Equal(1, exitCode);
        Assert.Contains(JobId.Of(root.JobPath), byCommandLine, StringComparison.Ordinal);
        Assert.True(started == 0, output);
        foreach (var workflowId in fired.Started.Append("by-hand"))
        {
            var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => client.GetWorkflowHandle(workflowId).GetResultAsync());
            var failure = Assert.IsType<ApplicationFailureException>(failed.InnerException);
            Assert.Equal(FailureTypes.JobAlreadyRunning, failure.ErrorType);
            Assert.Contains(JobId.Of(root.JobPath), failure.Message, StringComparison.Ordinal);
        }

        Assert.Single(fired.Started);
        var (canceled, _, error) = await ProgramProcess.RunAsync(environment, "cancel", root.JobPath);
        Assert.True(canceled == 0, error);
    }

    private static List<JsonNode> Reports(TestRoot root)
    {
        var runs = new DirectoryInfo(Path.Combine(root.JobPath, "runs"));
        return runs.Exists ? [.. runs.EnumerateFiles("report.json", SearchOption.AllDirectories).Select(f => JsonNode.Parse(File.ReadAllText(f.FullName))!)] : [];
    }
}
