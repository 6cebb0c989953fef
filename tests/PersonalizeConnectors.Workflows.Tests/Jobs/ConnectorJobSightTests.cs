using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Tests.Fakes;
using Temporalio.Api.History.V1;
using Temporalio.Api.Sdk.V1;
using Temporalio.Client;

namespace PersonalizeConnectors.Workflows.Tests.Jobs;

public abstract class ConnectorJobSightTests(ITemporalServer server)
{
    [Fact]
    public async Task Progress_WhileRunningAndAfter_NamesPhaseAndSteps()
    {
        var host = new WorkflowHost(server);
        var gate = new OpenGate();
        host.Steps.Waits["SplitErrors"] = gate.WaitAsync;

        await host.RunAsync(async () =>
        {
            var handle = await host.StartAsync();
            await gate.Begun;
            var progress = await handle.QueryAsync(w => w.GetProgress());
            Assert.Equal("SplitErrors", progress.Phase);
            Assert.Equal(host.Steps.Inputs<PlanInput>().Single().Run.RunId, progress.RunId);
            Assert.Equal(
                [("Recover", 1, 1), ("Plan", 1, 1), ("Load", 2, 2), ("SplitErrors", 0, 1)], progress.Steps.Select(s => (s.Name, s.Done, s.Total)));
            Assert.All(progress.Steps, s => Assert.True(s.Seconds >= 0));

            gate.Open();
            await handle.GetResultAsync();
            progress = await handle.QueryAsync(w => w.GetProgress());
            Assert.Equal("Done", progress.Phase);
            Assert.All(progress.Steps, s => Assert.Equal(s.Total, s.Done));
            Assert.Equal("braze", progress.Steps.Single(s => s.Name == "Delta").Connector);
        });
    }

    [Fact]
    public async Task DeliveryProgress_WhileRunning_CountsRanges()
    {
        var host = new WorkflowHost(server);
        host.Steps.Delta = _ => FakePlans.New(150);
        var gate = new OpenGate();
        host.Deliver.Answer = async input =>
        {
            if (input.Range.Number == 1)
            {
                await gate.WaitAsync();
            }

            return new(input.Range.Count, 0, 0, new RequestCounts(1));
        };

        await host.RunAsync(async () =>
        {
            var handle = await host.StartAsync();
            await gate.Begun;
            var progress = await host.Delivery().QueryAsync(w => w.GetProgress());
            Assert.Equal((1, 3), (progress.Done, progress.Total));
            Assert.Contains("1 of 3 ranges, 100 users accepted", await DetailsAsync(host.Delivery()), StringComparison.Ordinal);
            gate.Open();
            await handle.GetResultAsync();
        });
    }

    [Fact]
    public async Task CurrentDetails_WhileRunning_TellWhereTheRunIs()
    {
        var host = new WorkflowHost(server);
        var gate = new OpenGate();
        host.Steps.Waits["SplitErrors"] = gate.WaitAsync;

        await host.RunAsync(async () =>
        {
            var handle = await host.StartAsync();
            await gate.Begun;
            var details = await DetailsAsync(handle);
            Assert.Contains("**SplitErrors**", details, StringComparison.Ordinal);
            Assert.Contains("- Load: 2 of 2", details, StringComparison.Ordinal);
            gate.Open();
            await handle.GetResultAsync();

            var steps = (await DetailsAsync(handle)).Split('\n').Where(line => line.StartsWith("- ", StringComparison.Ordinal)).ToList();
            Assert.True(steps.Count >= 8, string.Join('\n', steps));
            Assert.All(steps, step => Assert.Matches("[0-9] s: [a-z]", step));
        });
    }

    [Fact]
    public async Task Memo_Always_CarriesTheFacts()
    {
        var host = new WorkflowHost(server);
        host.Steps.Delta = _ => FakePlans.New(10);
        host.Steps.Commit = input => new(0, input.Shard is null ? 0 : 2, 0, 0, new());

        var result = await host.ExecuteAsync();

        var memo = (await host.Job.DescribeAsync()).Memo;
        Assert.Equal(host.JobPath, await memo["ConnectorJob"].ToValueAsync<string>());
        Assert.Equal("user_personalization", await memo["ConnectorJobType"].ToValueAsync<string>());
        Assert.Equal("Done", await memo["ConnectorPhase"].ToValueAsync<string>());
        Assert.Equal(4, await memo["ConnectorRejected"].ToValueAsync<long>());
        Assert.Equal(result.RunId, await memo["RunId"].ToValueAsync<string>());
    }

    [Fact]
    public async Task SearchAttributes_AllRegistered_AreSet()
    {
        var host = new WorkflowHost(server);
        host.Steps.Recovered = new(0, 0, [.. ConnectorSearchAttributes.All.Select(a => a.Name)]);
        host.Steps.Delta = _ => FakePlans.New(10);
        host.Steps.Commit = input => new(0, input.Shard is null ? 0 : 2, 0, 0, new());

        await host.ExecuteAsync();

        var attributes = (await host.Job.DescribeAsync()).TypedSearchAttributes;
        Assert.Equal(host.JobPath, attributes.Get(ConnectorSearchAttributes.Job));
        Assert.Equal("user_personalization", attributes.Get(ConnectorSearchAttributes.JobType));
        Assert.Equal("Done", attributes.Get(ConnectorSearchAttributes.Phase));
        Assert.Equal(4, attributes.Get(ConnectorSearchAttributes.Rejected));
    }

    [Theory]
    [InlineData]
    [InlineData("ConnectorJob")]
    [InlineData("ConnectorPhase", "ConnectorRejected")]
    [InlineData("SomebodyElses")]
    public async Task SearchAttributes_SomeRegistered_NoOtherIsEverSet(params string[] registered)
    {
        var host = new WorkflowHost(server);
        host.Steps.Recovered = new(0, 0, registered);

        await host.ExecuteAsync();

        var set = (await EventsAsync(host.Job))
            .Select(e => e.UpsertWorkflowSearchAttributesEventAttributes)
            .Where(a => a is not null)
            .SelectMany(a => a.SearchAttributes.IndexedFields.Keys)
            .Distinct();
        Assert.Equal(registered.Where(r => r != "SomebodyElses").Order(), set.Order());
    }

    [Fact]
    public async Task Activities_All_HaveASummaryAndAHeartbeatTimeout()
    {
        var host = new WorkflowHost(server);
        host.Steps.Plan = FakePlans.ItemKeyed();
        host.Steps.Delta = _ => FakePlans.New(10);

        await host.ExecuteAsync();

        var scheduled = (await EventsAsync(host.Job)).Concat(await EventsAsync(host.Delivery())).Where(e => e.ActivityTaskScheduledEventAttributes is not null).ToList();
        Assert.Equal(12, scheduled.Select(e => e.ActivityTaskScheduledEventAttributes.ActivityType.Name).Distinct().Count());
        Assert.All(scheduled, e =>
        {
            Assert.False(string.IsNullOrEmpty(e.UserMetadata?.Summary?.Data.ToStringUtf8()), e.ToString());
            Assert.InRange(e.ActivityTaskScheduledEventAttributes.HeartbeatTimeout.ToTimeSpan(), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30));
        });
        Assert.Contains("\"braze: compare with what was accepted, shard 2 of 2\"", scheduled.Select(e => e.UserMetadata.Summary.Data.ToStringUtf8()));
    }

    [Fact]
    public async Task Children_Both_HaveAStaticSummary()
    {
        var host = new WorkflowHost(server);
        host.Steps.Delta = _ => FakePlans.New(10);

        var result = await host.ExecuteAsync(workflowId: $"nightly-{Guid.NewGuid():N}");

        Assert.Equal($"Run of {host.JobPath}", await (await host.Job.DescribeAsync()).GetStaticSummaryAsync());
        Assert.Equal($"Delivery to braze of run {result.RunId}", await (await host.Delivery().DescribeAsync()).GetStaticSummaryAsync());
    }

    private static async Task<string> DetailsAsync(WorkflowHandle handle) =>
        (await handle.QueryAsync<WorkflowMetadata>("__temporal_workflow_metadata", [])).CurrentDetails;

    private static async Task<IReadOnlyCollection<HistoryEvent>> EventsAsync(WorkflowHandle handle) => (await handle.FetchHistoryAsync()).Events;
}

public sealed class ConnectorJobSightTestsOnEngine(EngineFixture engine) : ConnectorJobSightTests(engine);

public sealed class ConnectorJobSightTestsOnServer(TemporalServerFixture server) : ConnectorJobSightTests(server);
