using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Integration.Tests.Reference;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;

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
