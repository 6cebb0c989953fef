using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Tests.Fakes;

namespace PersonalizeConnectors.Workflows.Tests.Jobs;

public abstract class ConnectorJobSequenceTests(ITemporalServer server)
{
    [Fact]
    public async Task Run_UserKeyedJob_RunsTheStepsInOrder()
    {
        var host = new WorkflowHost(server);
        host.Steps.Delta = _ => FakePlans.New(10);

        var result = await host.ExecuteAsync();

        Assert.Equal(RunStatus.Completed, result.Status);
        Assert.Equal(
            ["Recover", "Plan", "Load", "Load", "SplitErrors", "Decorate/braze", "Delta/braze", "Delta/braze", "Write/braze", "Write/braze",
                "CommitState/braze", "CommitState/braze", "CommitState/braze", "Report"],
            host.Steps.Names);
        Assert.Single(host.Deliver.Calls);
        Assert.Equal(new UpdateRange(0, 0, 0, 20), host.Deliver.Calls.Single().Range);
    }

    [Fact]
    public async Task Run_ItemKeyedJob_MakesTheTableBeforeItJoins()
    {
        var host = new WorkflowHost(server);
        host.Steps.Plan = FakePlans.ItemKeyed();
        host.Steps.Delta = input => FakePlans.New(0) with { MappedUsers = 4, UsersWithoutRecommendations = 1, ItemsWithoutUsers = input.Shard == 0 ? 2 : 0 };

        await host.ExecuteAsync();

        Assert.Equal(["SplitErrors", "Table", "Join", "Join", "Join", "Decorate/braze"], host.Steps.Names.Skip(4).Take(6));
        Assert.Equal(new MappingCounts(21, 3, 8, 2, 2), host.Steps.Report!.Mapping);
        Assert.Equal(2, host.Steps.Report.Lines.Duplicates);
    }

    [Fact]
    public async Task Run_NothingToSend_StillCommitsWithoutWriteAndDelivery()
    {
        var host = new WorkflowHost(server);

        await host.ExecuteAsync();

        Assert.DoesNotContain("Write/braze", host.Steps.Names);
        Assert.Empty(host.Deliver.Calls);
        Assert.Equal(3, host.Steps.Inputs<CommitStateInput>().Count());
        Assert.Null(host.Steps.Inputs<CommitStateInput>().Last().Shard);
    }

    [Fact]
    public async Task Run_ManyChunks_KeepsAtMost32InFlight()
    {
        var host = new WorkflowHost(server);
        host.Steps.Plan = FakePlans.UserKeyed(chunks: 100);
        var full = new TaskCompletionSource();
        var begun = 0;
        host.Steps.Waits["Load"] = () =>
        {
            if (Interlocked.Increment(ref begun) == 32)
            {
                full.SetResult();
            }

            return full.Task;
        };

        await host.ExecuteAsync();

        Assert.Equal(32, host.Steps.MostInFlight);
        Assert.Equal(100, host.Steps.Names.Count(n => n == "Load"));
    }

    [Fact]
    public async Task Run_WithLimit_TellsEachShardWhatIsLeft()
    {
        var host = new WorkflowHost(server);
        host.Steps.Plan = FakePlans.UserKeyed(shards: 4);
        host.Steps.Delta = input => FakePlans.New(Math.Min(3, input.Limit!.Value));

        await host.ExecuteAsync(new ConnectorJobInput { JobPath = host.JobPath, Limit = 5 });

        Assert.Equal([5L, 2L, 0L, 0L], host.Steps.Inputs<DeltaInput>().Select(d => d.Limit!.Value));
        Assert.Equal(5, host.Deliver.Calls.Single().Range.Count);
    }

    [Fact]
    public async Task Run_ManyUpdates_DeliversRangeAfterRangeAndTellsCommitWhichHoldAShard()
    {
        var host = new WorkflowHost(server);
        host.Steps.Delta = input => FakePlans.New(input.Shard == 0 ? 250 : 60);

        await host.ExecuteAsync();

        Assert.Equal(
            [new UpdateRange(0, 0, 0, 100), new UpdateRange(1, 0, 100, 100), new UpdateRange(2, 0, 200, 100), new UpdateRange(3, 1, 50, 10)],
            host.Deliver.Calls.Select(c => c.Range));
        var commits = host.Steps.Inputs<CommitStateInput>().Where(c => c.Shard is not null).OrderBy(c => c.Shard).ToList();
        Assert.Equal([(0, 2), (2, 3)], commits.Select(c => (c.FirstRange!.Value, c.LastRange!.Value)));
    }

    [Fact]
    public async Task Run_QueueOrNoneDelivery_SendsNothingItself()
    {
        var host = new WorkflowHost(server);
        host.Steps.Plan = FakePlans.UserKeyed(2, 2, new PlannedConnector("braze", "braze", "none", 100));
        host.Steps.Delta = _ => FakePlans.New(10);

        await host.ExecuteAsync();

        Assert.Empty(host.Deliver.Calls);
        Assert.Contains("Write/braze", host.Steps.Names);
        Assert.Contains("CommitState/braze", host.Steps.Names);
    }
}

public sealed class ConnectorJobSequenceTestsOnEngine(EngineFixture engine) : ConnectorJobSequenceTests(engine);

public sealed class ConnectorJobSequenceTestsOnServer(TemporalServerFixture server) : ConnectorJobSequenceTests(server);
