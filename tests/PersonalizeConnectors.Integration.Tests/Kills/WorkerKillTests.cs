using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Integration.Tests.Kills;

/// <summary>A worker process killed in the middle of each step in turn: the same profiles, nobody lost, few repeats.</summary>
public sealed class WorkerKillTests
{
    private const int Users = 20_000;

    public static TheoryData<string> Steps => ["Recover", "Plan", "Load", "SplitErrors", "Decorate", "Delta", "Write", "Deliver", "CommitState", "Report"];

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Run_WorkerKilledInTheStep_EndsWithTheSameProfiles(string step)
    {
        await using var temporal = await DurableTemporal.StartAsync();
        await using var braze = await BrazeSimulator.StartAsync(
            new() { Settings = new() { Latency = new() { Milliseconds = 20 } } }, TestContext.Current.CancellationToken);
        var client = await temporal.ConnectAsync();

        // A short step may be over before the kill arrives; then the run was killed elsewhere, which has to end as well, and the next one is tried.
        for (var tries = 1; !await RunAndKillAsync(step, temporal, braze, client); tries++)
        {
            Assert.True(tries < 12, $"{step} was never caught.");
            braze.Reset();
        }
    }

    private static async Task<bool> RunAndKillAsync(string step, DurableTemporal temporal, BrazeSimulator braze, ITemporalClient client)
    {
        using var root = TestRoot.Create(Users, items: 200);
        var environment = ProgramEnvironment.Of(braze, temporal.Address, root.Path);
        bool hit;
        await using (var first = ProgramProcess.StartWorker(environment))
        {
            var started = await StartAsync(client, root.JobPath);
            await Waiting.ForAsync(async () => await IsRunningAsync(client, started, step), $"the step {step}");
            await first.KillAsync();
            hit = await IsPendingAsync(client, started, step);
        }

        var handle = client.GetWorkflowHandle<ConnectorJobWorkflow, ConnectorJobResult>(JobId.Of(root.JobPath));
        await using var second = ProgramProcess.StartWorker(environment);
        var run = await JobHost.EndAsync(root.JobPath, handle);

        Assert.True(run.Status == RunStatus.Completed, $"{run.Failure} {second.Error}");
        Assert.Equal(Users, run.Users("accepted"));
        Assert.Equal(Users, braze.Profiles.Count);
        Assert.InRange(Repeats(braze), 0, step == "Deliver" ? MostRepeats : 0);
        AssertNothingLeft(root);
        return hit;
    }

    // In flight at the kill, and settled in the second before it: a log segment every 100 requests.
    private const long MostRepeats = 75 * (100 + 64);

    internal static long Repeats(BrazeSimulator braze) => braze.Profiles.All().Sum(p => p.Updates - 1);

    internal static void AssertNothingLeft(TestRoot root)
    {
        var staging = Path.Combine(root.JobPath, "staging");
        Assert.Empty(Directory.Exists(staging) ? Directory.GetDirectories(staging) : []);
    }

    internal static Task<WorkflowHandle<ConnectorJobWorkflow, ConnectorJobResult>> StartAsync(ITemporalClient client, string jobPath)
    {
        var input = new ConnectorJobInput { JobPath = jobPath };
        return client.StartWorkflowAsync(
            (ConnectorJobWorkflow w) => w.RunAsync(input), new WorkflowOptions(JobId.Of(jobPath), TaskQueues.ForHost(Environment.MachineName)));
    }

    private static async Task<bool> IsRunningAsync(ITemporalClient client, WorkflowHandle handle, string step)
    {
        var description = await DescribeAsync(client, handle.Id);
        return description.WorkflowExecutionInfo.Status != WorkflowExecutionStatus.Running || await IsPendingAsync(client, handle, step);
    }

    private static async Task<bool> IsPendingAsync(ITemporalClient client, WorkflowHandle handle, string step)
    {
        var description = await DescribeAsync(client, handle.Id);
        if (IsPending(description, step))
        {
            return true;
        }

        foreach (var child in description.PendingChildren)
        {
            try
            {
                if (IsPending(await DescribeAsync(client, child.WorkflowId), step))
                {
                    return true;
                }
            }
            catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
            {
                // Asked for, not started yet.
            }
        }

        return false;
    }

    private static Task<DescribeWorkflowExecutionResponse> DescribeAsync(ITemporalClient client, string workflowId) =>
        client.WorkflowService.DescribeWorkflowExecutionAsync(
            new DescribeWorkflowExecutionRequest { Namespace = client.Options.Namespace, Execution = new() { WorkflowId = workflowId } });

    private static bool IsPending(DescribeWorkflowExecutionResponse description, string step) =>
        description.PendingActivities.Any(a => a.ActivityType.Name == step && a.State == PendingActivityState.Started);
}
