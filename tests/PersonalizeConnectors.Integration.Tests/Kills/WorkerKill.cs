using System.Collections.Concurrent;
using System.Globalization;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Integration.Tests.Reference;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Integration.Tests.Kills;

/// <summary>A job in a bucket, its worker process killed in the middle of a step, and what every test of kills asks.</summary>
internal static class WorkerKill
{
    private const int Users = 20_000;

    private static readonly ConcurrentDictionary<string, ReferenceRun> References = [];

    /// <summary>Kills the one of two workers that has the step, which waits for its first write behind <paramref name="before"/>, and lets the other end the run.</summary>
    public static async Task AssertSurvivedAsync(AwsFixture aws, OwnTemporal temporal, string step, string before)
    {
        await using var braze = await BrazeSimulator.StartAsync(
            new() { Settings = new() { Latency = new() { Milliseconds = 20 } } }, TestContext.Current.CancellationToken);
        using var local = step is "Table" or "Join" ? TestRoot.CreateItemKeyed(Users, items: 200) : TestRoot.Create(Users, items: 200);
        if (step == "Recover")
        {
            local.WriteJob("staging/20260101T000000Z-00000000/leftover", "of a run that was killed");
        }

        var root = await BucketRoot.CreateAsync(aws, local.Path);
        await root.PutSecretsAsync(braze);
        await using var proxy = await FaultyProxy.StartAsync(await aws.EndpointAsync());
        var frozen = new FrozenBucket(proxy, before);
        var environment = root.Environment(temporal.Address, proxy.Address);
        var client = await temporal.ConnectAsync();
        var jobPath = $"{root.Address}/{local.Job}";
        await using var one = ProgramProcess.StartWorker(environment);
        await using var other = ProgramProcess.StartWorker(environment);
        await Waiting.ForAsync(async () => (await PollersAsync(client)).IsSupersetOf([one.Id, other.Id]), $"the workers; {one.Error} {other.Error}");
        var handle = await StartAsync(client, jobPath);
        await Waiting.ForAsync(() => frozen.IsFrozen, $"{before}; {one.Error} {other.Error}");
        int? at = null;
        await Waiting.ForAsync(async () => (at = await FindWorkerAsync(client, handle, step)) is not null, $"the step {step}; {one.Error} {other.Error}");
        await (one.Id == at ? one : other).KillAsync();

        frozen.Thaw();
        var run = await JobHost.EndAsync(jobPath, handle, root.Locator());

        Assert.True(run.Status == RunStatus.Completed, $"{run.Failure} {one.Error} {other.Error}");
        Assert.Equal(Users, run.Users("accepted"));
        Assert.Equal(Users, braze.Profiles.Count);
        AssertProfiles(local, braze);
        Assert.InRange(Repeats(braze), 0, step == "Deliver" ? MostRepeats : 0);
        Assert.Empty(await root.KeysAsync(local.Job + "/staging/"));
    }

    /// <summary>What the simulator has is what the reference says of the root's first run.</summary>
    internal static void AssertProfiles(TestRoot root, BrazeSimulator braze) =>
        ReferenceProfiles.AssertSent(References.GetOrAdd(root.Job, job => ReferenceProfiles.FirstRun(root.Path, job)), braze);

    // In flight at the kill, and settled in the second before it: a log segment every 100 requests.
    internal const long MostRepeats = 75 * (100 + 64);

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
            (ConnectorJobWorkflow w) => w.RunAsync(input), new WorkflowOptions(JobId.Of(jobPath), jobPath.StartsWith("s3://", StringComparison.Ordinal) ? TaskQueues.Main : TaskQueues.ForHost(Environment.MachineName)));
    }

    internal static bool Exists(string jobPath, string pattern)
    {
        var parts = pattern.Split('/');
        IEnumerable<string> found = [jobPath];
        foreach (var part in parts)
        {
            found = found.Where(Directory.Exists).SelectMany(folder => Directory.GetFileSystemEntries(folder, part)).ToList();
        }

        return found.Any();
    }

    internal static async Task<bool> IsPendingAsync(ITemporalClient client, WorkflowHandle handle, string step) =>
        await FindWorkerAsync(client, handle, step) is not null;

    /// <param name="step">Null: any.</param>
    /// <returns>The id of the process that has the step now; null where none has.</returns>
    internal static async Task<int?> FindWorkerAsync(ITemporalClient client, WorkflowHandle handle, string? step)
    {
        var description = await DescribeAsync(client, handle.Id);
        if (WorkerOf(description, step) is { } worker)
        {
            return worker;
        }

        foreach (var child in description.PendingChildren)
        {
            try
            {
                if (WorkerOf(await DescribeAsync(client, child.WorkflowId), step) is { } childs)
                {
                    return childs;
                }
            }
            catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
            {
                // Asked for, not started yet.
            }
        }

        return null;
    }

    /// <summary>The ids of the processes that poll the main queue, or did within the last minutes.</summary>
    internal static async Task<HashSet<int>> PollersAsync(ITemporalClient client)
    {
        var answer = await client.WorkflowService.DescribeTaskQueueAsync(new DescribeTaskQueueRequest
        {
            Namespace = client.Options.Namespace,
            TaskQueue = new() { Name = TaskQueues.Main },
            TaskQueueType = TaskQueueType.Activity,
        });
        return [.. answer.Pollers.Select(poller => ProcessOf(poller.Identity))];
    }

    private static Task<DescribeWorkflowExecutionResponse> DescribeAsync(ITemporalClient client, string workflowId) =>
        client.WorkflowService.DescribeWorkflowExecutionAsync(
            new DescribeWorkflowExecutionRequest { Namespace = client.Options.Namespace, Execution = new() { WorkflowId = workflowId } });

    private static int? WorkerOf(DescribeWorkflowExecutionResponse description, string? step) =>
        description.PendingActivities.FirstOrDefault(a => (step is null || a.ActivityType.Name == step) && a.State == PendingActivityState.Started) is { } found
            ? ProcessOf(found.LastWorkerIdentity)
            : null;

    // The SDK's own: <process id>@<host>.
    private static int ProcessOf(string identity) => int.Parse(identity.AsSpan(0, identity.IndexOf('@', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
}
