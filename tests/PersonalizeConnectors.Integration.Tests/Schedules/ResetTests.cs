using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Integration.Tests.Schedules;

/// <summary>A reset, as the Web UI does it: no lock stays behind, the reset run completes, and the next start works.</summary>
public sealed class ResetTests(TemporalServerFixture server, AwsFixture aws)
{
    private const int Users = 200;
    private const string Slow = """{ "braze": { "attributeShape": "itemIds", "maxObjectsPerRequest": 10, "requestsPerSecond": 8 } }""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Recover")]
    [InlineData("Write")]
    public async Task Reset_OfARunThatDelivers_CompletesAndTheNextStartWorks(string before)
    {
        using var root = TestRoot.Create(Users, connectors: Slow);
        await using var braze = await BrazeSimulator.StartAsync(new(), Token);
        await using var host = await JobHost.StartAsync(server.Client, root.Path, ("braze", braze));
        var handle = await host.StartAsync(new ConnectorJobInput { JobPath = root.JobPath });
        await Waiting.ForAsync(() => braze.Statistics.Requests > 3, "the delivery");

        await ResetAsync(handle, before);

        var result = await Latest(handle.Id).GetResultAsync();
        // Another run recovers what the log of the first one has by then: those users are unchanged.
        Assert.Equal((RunStatus.Completed, Users), (result.Status, result.Users.Accepted + result.Users.Unchanged));
        Assert.Equal(Users, braze.Profiles.Count);
        if (before == "Write")
        {
            Assert.Equal(Users, result.Users.Accepted);
            // The same run: what its delivery had sent is in the log that the next one begins with.
            Assert.Equal(Users / 10, braze.Statistics.Requests);
        }

        await NextWorksAsync(host, root);
    }

    [Fact]
    public async Task Reset_OfTheRunThatStartedTheJobsOwn_WaitsForThatAndRunsAgain()
    {
        using var root = TestRoot.Create(Users, connectors: Slow);
        await using var braze = await BrazeSimulator.StartAsync(new(), Token);
        await using var host = await JobHost.StartAsync(server.Client, root.Path, ("braze", braze));
        var handle = await host.StartAsync(new ConnectorJobInput { JobPath = root.JobPath }, $"nightly-{Guid.NewGuid():N}");
        await Waiting.ForAsync(() => braze.Statistics.Requests > 3, "the delivery");

        await ResetAsync(handle, before: null);

        var result = await Latest(handle.Id).GetResultAsync();
        Assert.Equal((RunStatus.Completed, Users, 0), (result.Status, result.Users.Unchanged, result.Users.Accepted));
        Assert.Equal(Users / 10, braze.Statistics.Requests);
        await NextWorksAsync(host, root);
    }

    [Theory]
    [InlineData("Recover", true)]
    [InlineData("Write", false)]
    public async Task Reset_OfARunThatHasEnded_LeavesNoLock(string before, bool completes)
    {
        using var root = TestRoot.Create(Users);
        await using var braze = await BrazeSimulator.StartAsync(new(), Token);
        await using var host = await JobHost.StartAsync(server.Client, root.Path, ("braze", braze));
        var ended = await host.RunAsync(root.JobPath);

        await ResetAsync(ended.Handle, before);

        if (completes)
        {
            Assert.Equal(Users, (await Latest(ended.Handle.Id).GetResultAsync()).Users.Unchanged);
        }
        else
        {
            // What the steps after that point need was removed at its end.
            var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => Latest(ended.Handle.Id).GetResultAsync());
            Assert.Equal(FailureTypes.Storage, FailureCause.Of(failed.InnerException!).Type);
        }

        await NextWorksAsync(host, root);
    }

    [Fact]
    public async Task Reset_OfARunThatDeliversFromABucket_LeavesNoLease()
    {
        using var local = TestRoot.Create(Users, connectors: Slow);
        var root = await BucketRoot.CreateAsync(aws, local.Path);
        await using var braze = await BrazeSimulator.StartAsync(new(), Token);
        await root.PutSecretsAsync(braze);
        await using var host = await JobHost.StartAsync(server.Client, root.Settings());
        var jobPath = $"{root.Address}/{local.Job}";
        var handle = await host.StartAsync(new ConnectorJobInput { JobPath = jobPath });
        await Waiting.ForAsync(() => braze.Statistics.Requests > 3, "the delivery");

        await ResetAsync(handle, "Recover");

        var result = await Latest(handle.Id).GetResultAsync();
        Assert.Equal((RunStatus.Completed, Users), (result.Status, result.Users.Accepted + result.Users.Unchanged));
        // The delivery that the reset cut off may still have closed its log; the next run takes it away.
        Assert.DoesNotContain(await root.KeysAsync(local.Job + "/staging/"), key => key.EndsWith("/.holder", StringComparison.Ordinal));
        var next = await host.RunAsync(jobPath);
        Assert.Equal((RunStatus.Completed, Users), (next.Status, (int)next.Users("unchanged")));
        Assert.Empty(await root.KeysAsync(local.Job + "/staging/"));
    }

    private WorkflowHandle<ConnectorJobWorkflow, ConnectorJobResult> Latest(string workflowId) =>
        server.Client.GetWorkflowHandle<ConnectorJobWorkflow, ConnectorJobResult>(workflowId);

    /// <param name="before">Back to the workflow task that scheduled the first activity of this name; null for the first task.</param>
    private async Task ResetAsync(WorkflowHandle handle, string? before)
    {
        var events = (await handle.FetchHistoryAsync()).Events;
        var task = before is null
            ? events.First(e => e.EventType == EventType.WorkflowTaskCompleted).EventId
            : events.First(e => e.ActivityTaskScheduledEventAttributes?.ActivityType.Name == before).ActivityTaskScheduledEventAttributes.WorkflowTaskCompletedEventId;
        await server.Client.WorkflowService.ResetWorkflowExecutionAsync(new()
        {
            Namespace = server.Client.Options.Namespace,
            WorkflowExecution = new() { WorkflowId = handle.Id },
            Reason = "a test",
            WorkflowTaskFinishEventId = task,
            RequestId = Guid.NewGuid().ToString(),
        });
    }

    private static async Task NextWorksAsync(JobHost host, TestRoot root)
    {
        var next = await host.RunAsync(root.JobPath);

        Assert.Equal((RunStatus.Completed, Users), (next.Status, (int)next.Users("unchanged")));
        Assert.False(Directory.Exists(Path.Combine(root.JobPath, "staging")));
    }
}
