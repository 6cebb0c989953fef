using System.Text.Json.Nodes;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Starter.Schedules;
using PersonalizeConnectors.Starter.Temporal;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Integration.Tests.Schedules;

/// <summary>A schedule that fires by itself, and starts of a job that runs already, on a real server with a worker process, the job in a bucket.</summary>
public sealed class StartTests(AwsFixture aws)
{
    private const string Slow = """{ "braze": { "attributeShape": "itemIds", "maxObjectsPerRequest": 1, "requestsPerSecond": 1 } }""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Schedule_FiringEverySecond_RunsTheJobAgainAndAgainAndNeverTwiceAtOnce()
    {
        await using var temporal = await DurableTemporal.StartAsync();
        using var local = TestRoot.Create(30);
        var root = await BucketRoot.CreateAsync(aws, local.Path);
        await using var braze = await BrazeSimulator.StartAsync(new(), Token);
        await root.PutSecretsAsync(braze);
        var jobPath = $"{root.Address}/{local.Job}";
        var environment = root.Environment(temporal.Address);
        await using var worker = ProgramProcess.StartWorker(environment);
        var client = await temporal.ConnectAsync();
        var schedules = new JobSchedules(new ConfiguredService(client, new(temporal.Address)));

        await ProgramProcess.RunAsync(environment, "schedule", "create", jobPath, "--every", "1s");
        await Waiting.ForAsync(async () => (await ReportsAsync(root, local)).Count > 2, "three scheduled runs");
        await schedules.PauseAsync(jobPath, "enough", Token);
        await Waiting.ForAsync(async () => (await schedules.DescribeAsync(jobPath, Token)).Running.Count == 0, "the last one to end");

        Assert.Equal(30, braze.Profiles.Count);
        var reports = (await ReportsAsync(root, local)).Select(r => (Start: (DateTimeOffset)r["startedAt"]!, Seconds: (double)r["seconds"]!, Status: (string?)r["status"])).Order().ToList();
        Assert.All(reports, r => Assert.Equal(RunStatus.Completed, r.Status));
        Assert.All(reports.Zip(reports.Skip(1)), pair => Assert.True(pair.First.Start.AddSeconds(pair.First.Seconds) <= pair.Second.Start));

        local.WriteConfig(Slow);
        await root.UploadAsync(local.JobPath, local.Job + "/");
        await RefusesASecondStartAsync(environment, jobPath, braze, client, schedules);
    }

    private static async Task RefusesASecondStartAsync(
        IReadOnlyDictionary<string, string?> environment, string jobPath, BrazeSimulator braze, ITemporalClient client, JobSchedules schedules)
    {
        var before = braze.Statistics.Requests;
        await ProgramProcess.RunAsync(environment, "run", jobPath, "--detach", "--full-resync");
        await Waiting.ForAsync(() => braze.Statistics.Requests > before, "the delivery");

        var (exitCode, _, byCommandLine) = await ProgramProcess.RunAsync(environment, "run", jobPath);
        var (started, output) = await Shell.RunAsync(
            $"temporal workflow start --address {client.Connection.Options.TargetHost} --type ConnectorJob --task-queue {TaskQueues.Main} "
            + $"--workflow-id by-hand --input '{{\"jobPath\":\"{jobPath}\"}}'");
        var fired = await schedules.TriggerAsync(jobPath, overlap: null, Token);

        Assert.Equal(1, exitCode);
        Assert.Contains(JobId.Of(jobPath), byCommandLine, StringComparison.Ordinal);
        Assert.True(started == 0, output);
        foreach (var workflowId in fired.Started.Append("by-hand"))
        {
            var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => client.GetWorkflowHandle(workflowId).GetResultAsync());
            var failure = Assert.IsType<ApplicationFailureException>(failed.InnerException);
            Assert.Equal(FailureTypes.JobAlreadyRunning, failure.ErrorType);
            Assert.Contains(JobId.Of(jobPath), failure.Message, StringComparison.Ordinal);
        }

        Assert.Single(fired.Started);
        var (canceled, _, error) = await ProgramProcess.RunAsync(environment, "cancel", jobPath);
        Assert.True(canceled == 0, error);
    }

    private static async Task<List<JsonNode>> ReportsAsync(BucketRoot root, TestRoot local)
    {
        var reports = new List<JsonNode>();
        foreach (var key in (await root.KeysAsync($"{local.Job}/runs/")).Where(key => key.EndsWith("/report.json", StringComparison.Ordinal)))
        {
            reports.Add(JsonNode.Parse(await root.GetAsync(key))!);
        }

        return reports;
    }
}
