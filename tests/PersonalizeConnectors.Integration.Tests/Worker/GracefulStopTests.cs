using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Integration.Tests.Kills;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Integration.Tests.Worker;

/// <summary>SIGTERM in the middle of a delivery from a bucket: what is in flight settles, and the next worker sends only what is missing.</summary>
public sealed class GracefulStopTests(AwsFixture aws)
{
    private const int Users = 4500;

    // Long enough for the stop to be seen, short enough to settle within the grace.
    private const int AnswerMilliseconds = 1500;

    [Fact]
    public async Task Stop_InTheMiddleOfADelivery_RepeatsNothing()
    {
        await using var temporal = await DurableTemporal.StartAsync();
        await using var braze = await BrazeSimulator.StartAsync(
            new() { Settings = new() { Latency = new() { Milliseconds = AnswerMilliseconds } } }, TestContext.Current.CancellationToken);
        using var local = TestRoot.Create(Users, connectors: """{ "braze": { "attributeShape": "itemIds", "requestsPerSecond": 20 } }""");
        var root = await BucketRoot.CreateAsync(aws, local.Path);
        await root.PutSecretsAsync(braze);
        var jobPath = $"{root.Address}/{local.Job}";
        using var health = new HealthProbe();
        var environment = root.Environment(temporal.Address);
        health.AddTo(environment);
        await using var first = ProgramProcess.StartWorker(environment);
        var handle = await WorkerKill.StartAsync(await temporal.ConnectAsync(), jobPath);
        await Waiting.ForAsync(() => braze.Statistics.Requests > 5, $"the delivery; {first.Output}");

        await first.SignalAsync("TERM");
        await Waiting.ForAsync(async () => (await health.AskAsync("ready")).Reason.StartsWith("stopping", StringComparison.Ordinal), "the stop to show");
        Assert.Equal(200, (await health.AskAsync("live")).Code);
        environment.Remove("Worker__HealthPort");
        await using var second = ProgramProcess.StartWorker(environment);
        Assert.Equal(0, await first.ExitAsync());
        Assert.InRange(braze.Profiles.Count, 1, Users - 1);
        var run = await JobHost.EndAsync(jobPath, handle, root.Locator());

        Assert.True(run.Status == RunStatus.Completed, $"{run.Failure} {second.Output}");
        Assert.Equal(Users, run.Users("accepted"));
        Assert.Equal(Users, braze.Profiles.Count);
        Assert.Equal(0, WorkerKill.Repeats(braze));
        Assert.Empty(await root.KeysAsync(local.Job + "/staging/"));
        Assert.DoesNotContain(TestRoot.UserId(0)[..^3], first.Output + second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(braze.ApiKey, first.Output + second.Output, StringComparison.Ordinal);
    }
}
