using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Integration.Tests.Reference;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Integration.Tests.Aws;

/// <summary>Jobs in a bucket with keys in SSM, by a real worker on a real server.</summary>
public sealed class BucketRunTests(TemporalServerFixture server, AwsFixture aws)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("related_items/because_you_bought")]
    [InlineData("user_personalization/picked_for_you")]
    public async Task Run_SampleJob_SendsEverythingThenNothing(string job)
    {
        using var samples = new CopiedSamples();
        var root = await BucketRoot.CreateAsync(aws, samples.Path);
        await using var braze = await BrazeSimulator.StartAsync(new(), Token);
        await root.PutSecretsAsync(braze);
        await using var host = await JobHost.StartAsync(server.Client, root.Settings());
        var jobPath = $"{root.Address}/etl_jobs/{job}";
        var input = ReferenceInput.Read(samples.Path, "etl_jobs/" + job);
        var expected = ReferenceRun.Of(input, input.Config.Connectors[0], ReferenceState.Empty, new());

        var first = await host.RunAsync(jobPath);
        Assert.True(first.Status == RunStatus.Completed, $"{first.Failure}");
        Assert.Equal((expected.Total, expected.Sent.Count), (first.Users("total"), first.Users("accepted")));
        Assert.Equal(expected.Sent.Count, braze.Profiles.Count);

        Assert.True(await host.Service<ILiveRuns>().HasEndedAsync(jobPath, first.RunId!, Token));
        var second = await host.RunAsync(jobPath);
        Assert.Equal((0, expected.Total, 0), (second.Users("accepted"), second.Users("unchanged"), second.Requests("sent")));

        Assert.Empty(await root.KeysAsync($"etl_jobs/{job}/staging/"));
        Assert.NotEmpty(await root.KeysAsync($"etl_jobs/{job}/output/braze/year="));
        Assert.DoesNotContain(host.Logs.Lines, line => line.Contains(braze.ApiKey, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_BatchOutputInAnotherBucket_IsReadThere()
    {
        using var local = TestRoot.Create(40);
        var root = await BucketRoot.CreateAsync(aws, local.Path);
        var source = await BucketRoot.CreateAsync(aws, Path.Combine(local.Path, "batch"));
        await root.PutAsync(
            "etl_jobs/user_personalization/picks/config.json",
            $$"""{ "batchInferencePath": "{{source.Address}}/picks/", "connectors": { "braze": { "attributeShape": "itemIds" } } }""");
        await using var braze = await BrazeSimulator.StartAsync(new(), Token);
        await root.PutSecretsAsync(braze);
        var settings = root.Settings();
        settings["Storage:Buckets"] = $"{root.Bucket};{source.Bucket}";
        settings[$"Storage:S3:{source.Bucket}:Endpoint"] = await aws.EndpointAsync();
        await using var host = await JobHost.StartAsync(server.Client, settings);

        var run = await host.RunAsync($"{root.Address}/etl_jobs/user_personalization/picks");

        Assert.True(run.Status == RunStatus.Completed, $"{run.Failure}");
        Assert.Equal(40, braze.Profiles.Count);
    }

    [Fact]
    public async Task Run_NoParameters_IsRefusedBeforeAnythingIsWritten()
    {
        using var local = TestRoot.Create(10);
        var root = await BucketRoot.CreateAsync(aws, local.Path);
        var before = await root.KeysAsync("");
        await using var host = await JobHost.StartAsync(server.Client, root.Settings());

        var run = await host.RunAsync($"{root.Address}/etl_jobs/user_personalization/picks");

        Assert.Equal(FailureTypes.InvalidConfiguration, run.Failure!.Type);
        Assert.Contains("/personalize-connectors/braze/api-key --type SecureString --value \"$KEY\"", run.Failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, await root.KeysAsync(""));
    }

    [Fact]
    public async Task Run_KeyRotatedWhileDelivering_GoesOnWithTheNewOne()
    {
        using var local = TestRoot.Create(
            300, connectors: """{ "braze": { "attributeShape": "itemIds", "maxObjectsPerRequest": 10, "requestsPerSecond": 10 } }""");
        var root = await BucketRoot.CreateAsync(aws, local.Path);
        await using var braze = await BrazeSimulator.StartAsync(new() { Settings = new() { ApiKey = "old-key" } }, Token);
        await root.PutSecretsAsync(braze);
        await using var host = await JobHost.StartAsync(server.Client, root.Settings());
        var jobPath = $"{root.Address}/etl_jobs/user_personalization/picks";
        var handle = await host.StartAsync(new ConnectorJobInput { JobPath = jobPath });
        await Waiting.ForAsync(() => braze.Statistics.Requests > 2, "the delivery to begin");

        await root.PutParameterAsync("braze", "api-key", "new-key", Amazon.SimpleSystemsManagement.ParameterType.SecureString);
        braze.Settings = braze.Settings with { ApiKey = "new-key" };
        var run = await JobHost.EndAsync(jobPath, handle, host.Service<IJobLocator>());

        Assert.True(run.Status == RunStatus.Completed, $"{run.Failure}");
        Assert.Equal(300, braze.Profiles.Count);
    }

    [Fact]
    public async Task Run_WhileAnotherServiceRunsTheJob_NamesTheHolder()
    {
        using var local = TestRoot.Create(40);
        var root = await BucketRoot.CreateAsync(aws, local.Path);
        var isAway = true;
        await using var braze = await BrazeSimulator.StartAsync(
            new() { Hook = _ => Volatile.Read(ref isAway) ? new() { Kind = FaultKind.Status, Status = 503 } : null }, Token);
        await root.PutSecretsAsync(braze);
        await using var host = await JobHost.StartAsync(server.Client, root.Settings());
        var jobPath = $"{root.Address}/etl_jobs/user_personalization/picks";
        var handle = await host.StartAsync(new ConnectorJobInput { JobPath = jobPath });
        await Waiting.ForAsync(() => braze.Statistics.Requests > 0, "the first run to deliver");

        var (exitCode, _, error) = await ProgramProcess.RunAsync(root.Environment(), "run", jobPath);
        var runs = host.Service<ILiveRuns>();
        var holder = await host.Service<IJobHold>().FindHolderAsync(host.Service<IJobLocator>().Open(jobPath), Token);
        Assert.True(await runs.HasEndedAsync($"{root.Address}/etl_jobs/user_personalization/deleted", holder!.RunId, Token));
        var lives = (Own: !await runs.HasEndedAsync(jobPath, holder.RunId, Token), Other: !await runs.HasEndedAsync(jobPath, "20260101T000000Z-00000000", Token));
        Volatile.Write(ref isAway, false);
        var first = await JobHost.EndAsync(jobPath, handle, host.Service<IJobLocator>());

        Assert.True(exitCode == 1, error);
        Assert.Contains($"Run {first.RunId} has the job {jobPath}: process {Environment.ProcessId} on {Environment.MachineName}", error, StringComparison.Ordinal);
        Assert.Equal((true, false), lives);
        Assert.True(first.Status == RunStatus.Completed, $"{first.Failure}");
        Assert.Equal(40, braze.Profiles.Count);
    }
}
