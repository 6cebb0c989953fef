using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Integration.Tests.Reference;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;
using Temporalio.Client;

namespace PersonalizeConnectors.Integration.Tests.Kills;

/// <summary>Two worker processes, which share nothing but a bucket and a Temporal service.</summary>
public sealed class ManyWorkersTests(AwsFixture aws, OwnTemporal temporal) : IClassFixture<OwnTemporal>
{
    private const string Picks = "etl_jobs/user_personalization/picks";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_TheThreeSampleJobsAtOnce_EveryUserHasWhatTheReferenceSays()
    {
        string[] jobs = ["etl_jobs/related_items/because_you_bought", "etl_jobs/user_personalization/picked_for_you", "etl_jobs/personalized_ranking/weekly_newsletter"];
        using var samples = new CopiedSamples();
        var root = await BucketRoot.CreateAsync(aws, samples.Path);
        await using var braze = await BrazeSimulator.StartAsync(new(), Token);
        await root.PutSecretsAsync(braze);
        var environment = root.Environment(temporal.Address);
        var client = await temporal.ConnectAsync();
        await using var first = ProgramProcess.StartWorker(environment);
        await using var second = ProgramProcess.StartWorker(environment);

        var runs = await Task.WhenAll(jobs.Select(async job =>
            await JobHost.EndAsync($"{root.Address}/{job}", await WorkerKill.StartAsync(client, $"{root.Address}/{job}"), root.Locator())));

        Assert.All(runs, run => Assert.True(run.Status == RunStatus.Completed, $"{run.Failure} {first.Error} {second.Error}"));
        Assert.All(jobs, job => ReferenceProfiles.AssertSent(ReferenceProfiles.FirstRun(samples.Path, job), braze));
        foreach (var job in jobs)
        {
            Assert.Empty(await root.KeysAsync(job + "/staging/"));
        }
    }

    /// <summary>A lease says whose it is; that must not be how somebody spells the service's address.</summary>
    [Fact]
    public async Task Run_WorkersReachTheServiceByTwoAddresses_TheOtherGoesOnWithTheRun()
    {
        using var local = TestRoot.Create(3000, connectors: """{ "braze": { "attributeShape": "itemIds", "requestsPerSecond": 10 } }""");
        var root = await BucketRoot.CreateAsync(aws, local.Path);
        await using var braze = await BrazeSimulator.StartAsync(new(), Token);
        await root.PutSecretsAsync(braze);
        var client = await temporal.ConnectAsync();
        var jobPath = $"{root.Address}/{Picks}";
        var handle = await WorkerKill.StartAsync(client, jobPath);
        await using var byNumber = ProgramProcess.StartWorker(root.Environment(temporal.Address));
        await Waiting.ForAsync(() => braze.Statistics.Requests > 4, $"the delivery; {byNumber.Error}");
        await using var byName = ProgramProcess.StartWorker(root.Environment(temporal.Address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)));
        await Waiting.ForAsync(async () => (await WorkerKill.PollersAsync(client)).Contains(byName.Id), $"the second worker; {byName.Error}");

        await byNumber.KillAsync();
        var run = await JobHost.EndAsync(jobPath, handle, root.Locator());

        Assert.True(run.Status == RunStatus.Completed, $"{run.Failure} {byName.Error}");
        ReferenceProfiles.AssertSent(ReferenceProfiles.FirstRun(local.Path, Picks), braze);
    }

    [Fact]
    public async Task Run_WorkersKilledTwentyTimesAtRandom_EveryUserHasWhatTheReferenceSays()
    {
        const int Users = 50_000;
        const int KillsInSteps = 4;
        const int KillsAtAnyTime = 13;
        const int KillsInDelivery = 3;
        const int PerSecond = 15;
        using var local = TestRoot.Create(Users, items: 200, connectors: $$"""{ "braze": { "attributeShape": "itemIds", "requestsPerSecond": {{PerSecond}} } }""");
        var root = await BucketRoot.CreateAsync(aws, local.Path);
        await using var braze = await BrazeSimulator.StartAsync(new(), Token);
        await root.PutSecretsAsync(braze);
        var environment = root.Environment(temporal.Address);
        var random = new Random(20261128);
        var jobPath = $"{root.Address}/{Picks}";
        var client = await temporal.ConnectAsync();
        var handle = await WorkerKill.StartAsync(client, jobPath);
        var workers = new[] { ProgramProcess.StartWorker(environment), ProgramProcess.StartWorker(environment) };
        try
        {
            for (var kill = 0; kill < KillsInSteps; kill++)
            {
                await KillWhoeverHasAsync(step: null);
            }

            for (var kill = 0; kill < KillsAtAnyTime; kill++)
            {
                // One that is still starting has nothing to lose.
                var victim = random.Next(workers.Length);
                await Waiting.ForAsync(async () => (await WorkerKill.PollersAsync(client)).Contains(workers[victim].Id), $"a worker; {workers[victim].Error}");
                await Waiting.OutageAsync(0.1 + random.NextDouble());
                await ReplaceAsync(victim);
            }

            for (var kill = 0; kill < KillsInDelivery; kill++)
            {
                var seen = braze.Statistics.Requests + random.Next(5, 25);
                await Waiting.ForAsync(() => braze.Statistics.Requests >= seen, $"the delivery; {workers[0].Error} {workers[1].Error}", seconds: 180);
                await KillWhoeverHasAsync("Deliver");
            }

            Assert.Equal(Temporalio.Api.Enums.V1.WorkflowExecutionStatus.Running, (await handle.DescribeAsync()).Status);
            var run = await JobHost.EndAsync(jobPath, handle, root.Locator());

            Assert.True(run.Status == RunStatus.Completed, $"{run.Failure} {workers[0].Error} {workers[1].Error}");
            Assert.Equal((Users, Users), (run.Users("accepted"), (int)braze.Profiles.Count));
            ReferenceProfiles.AssertSent(ReferenceProfiles.FirstRun(local.Path, Picks), braze);

            // Each attempt that was killed in the delivery repeats at most what was in flight, or settled within its last second.
            var delivery = client.GetWorkflowHandle(ConnectorRunIds.Delivery(handle.Id, run.RunId!, "braze"));
            var killed = await KilledAttemptsAsync(delivery);
            Assert.InRange(killed, KillsInDelivery, KillsAtAnyTime + KillsInDelivery);
            Assert.InRange(await KilledAttemptsAsync(handle), 1, 64);
            Assert.InRange(WorkerKill.Repeats(braze), 0, killed * 75 * (PerSecond + 8));
            Assert.Empty(await root.KeysAsync(Picks + "/staging/"));
        }
        finally
        {
            await Task.WhenAll(workers.Select(worker => worker.DisposeAsync().AsTask()));
        }

        static async Task<int> KilledAttemptsAsync(WorkflowHandle workflow) =>
            (await workflow.FetchHistoryAsync()).Events.Sum(e => e.ActivityTaskStartedEventAttributes?.Attempt - 1 ?? 0);

        async Task KillWhoeverHasAsync(string? step)
        {
            var victim = -1;
            await Waiting.ForAsync(
                async () => await WorkerKill.FindWorkerAsync(client, handle, step) is { } at && (victim = Array.FindIndex(workers, worker => worker.Id == at)) >= 0,
                $"{step ?? "a step"}; {workers[0].Error} {workers[1].Error}", seconds: 180);
            await ReplaceAsync(victim);
        }

        async Task ReplaceAsync(int victim)
        {
            await workers[victim].KillAsync();
            await workers[victim].DisposeAsync();
            workers[victim] = ProgramProcess.StartWorker(environment);
        }
    }

    /// <summary>A worker is suspended in its delivery, given up, and wakes up when a later run has sent newer values.</summary>
    [Fact]
    public async Task Run_WorkerFrozenUntilALaterRunIsOver_LeavesItsValuesAndItsState()
    {
        const int Users = 3000;
        using var local = TestRoot.Create(Users, connectors: """{ "braze": { "attributeShape": "itemIds", "requestsPerSecond": 10 } }""");
        var root = await BucketRoot.CreateAsync(aws, local.Path);
        await using var braze = await BrazeSimulator.StartAsync(new(), Token);
        await root.PutSecretsAsync(braze);
        var environment = root.Environment(temporal.Address);
        var client = await temporal.ConnectAsync();
        var jobPath = $"{root.Address}/{Picks}";
        var before = ReferenceProfiles.FirstRun(local.Path, Picks);
        await using var frozen = ProgramProcess.StartWorker(environment);
        var first = await WorkerKill.StartAsync(client, jobPath);
        await Waiting.ForAsync(() => braze.Statistics.Requests > 4, $"the delivery; {frozen.Error}");
        await frozen.SignalAsync("STOP");
        await using var other = ProgramProcess.StartWorker(environment);
        Assert.Equal(RunStatus.Completed, (await JobHost.EndAsync(jobPath, first, root.Locator())).Status);

        local.WriteBatch(Users, items: 50, _ => 1);
        await root.UploadAsync(local.Path, prefix: "");
        var after = ReferenceProfiles.NextRun(local.Path, Picks, before.Next);
        Assert.Equal(Users, after.Changed.Count);
        var second = await JobHost.EndAsync(jobPath, await WorkerKill.StartAsync(client, jobPath), root.Locator());
        Assert.True(second.Status == RunStatus.Completed, $"{second.Failure} {other.Error}");
        var requests = braze.Statistics.Requests;

        await frozen.SignalAsync("CONT");
        // Long enough to send dozens, if it did; and it leaves only when everything that it had begun is over.
        await Waiting.OutageAsync(1.5);
        await frozen.SignalAsync("TERM");
        await frozen.ExitAsync();

        Assert.Equal(requests, braze.Statistics.Requests);
        ReferenceProfiles.AssertSent(after, braze);
        var third = await JobHost.EndAsync(jobPath, await WorkerKill.StartAsync(client, jobPath), root.Locator());
        Assert.Equal((0, Users), (third.Users("accepted"), third.Users("unchanged")));
        Assert.Empty(await root.KeysAsync(Picks + "/staging/"));
    }
}
