using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Integration.Tests.Reference;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;
using Temporalio.Client;

namespace PersonalizeConnectors.Integration.Tests.Kills;

/// <summary>Two worker processes, one of which is killed, again and again. A class of its own: it takes minutes, mostly of waiting.</summary>
public sealed class RandomKillTests(AwsFixture aws, OwnTemporal temporal) : IClassFixture<OwnTemporal>
{
    private const string Picks = "etl_jobs/user_personalization/picks";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_WorkersKilledTwentyTimesAtRandom_EveryUserHasWhatTheReferenceSays()
    {
        const int Users = 50_000;
        const int KillsInSteps = 3;
        const int KillsAtAnyTime = 14;
        const int KillsInDelivery = 3;
        const int PerSecond = 20;
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
}
