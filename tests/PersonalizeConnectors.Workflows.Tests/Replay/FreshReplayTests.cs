using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Tests.Fakes;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Workflows.Tests.Replay;

/// <summary>Runs of each kind replay as soon as they are over.</summary>
public abstract class FreshReplayTests(ITemporalServer server)
{
    [Fact]
    public async Task Replay_OfAUserKeyedRun_Succeeds()
    {
        var host = Host();
        var outer = $"nightly-{Guid.NewGuid():N}";

        await host.ExecuteAsync(workflowId: outer);

        await ReplayAsync("user-keyed-outer", host.Client.GetWorkflowHandle(outer));
        await ReplayAllAsync(host, "user-keyed");
    }

    [Fact]
    public async Task Replay_OfAnItemKeyedRunWithTwoConnectors_Succeeds()
    {
        var host = Host();
        host.Steps.Plan = FakePlans.ItemKeyed() with { Connectors = [FakePlans.Braze("first"), FakePlans.Braze("second")] };

        await host.ExecuteAsync();

        await ReplayAllAsync(host, "item-keyed", "first", "second");
    }

    [Fact]
    public async Task Replay_OfAFailedDelivery_Succeeds()
    {
        var host = Host();
        host.Deliver.Answer = input => input.Range.Number == 1
            ? throw new ApplicationFailureException("the endpoint answered 401", errorType: FailureTypes.DestinationRefused, nonRetryable: true)
            : Task.FromResult(new DeliverResult(input.Range.Count, 0, 0, new RequestCounts(1)));

        await host.FailAsync();

        await ReplayAllAsync(host, "failed-delivery");
    }

    [Fact]
    public async Task Replay_OfACanceledRun_Succeeds()
    {
        var host = Host();
        var gate = new CancelGate();
        host.Deliver.Answer = async input =>
        {
            await gate.UntilCanceledAsync();
            return new(input.Range.Count, 0, 0, new());
        };

        await host.RunAsync(async () =>
        {
            var handle = await host.StartAsync();
            await gate.Begun;
            await handle.CancelAsync();
            await Assert.ThrowsAsync<WorkflowFailedException>(() => handle.GetResultAsync());
        });

        await ReplayAllAsync(host, "canceled");
    }

    [Fact]
    public async Task Replay_OfAPausedRun_Succeeds()
    {
        var host = Host();
        var gate = new CancelGate();
        host.Deliver.Answer = async input =>
        {
            if (!gate.Begun.IsCompleted)
            {
                await gate.UntilCanceledAsync();
            }

            return new(input.Range.Count, 0, 0, new RequestCounts(1));
        };

        await host.RunAsync(async () =>
        {
            var handle = await host.StartAsync();
            await gate.Begun;
            await handle.SignalAsync(w => w.PauseAsync(new PauseInput { By = "ann@shop" }));
            await gate.Canceled;
            await handle.SignalAsync(w => w.ResumeAsync(null));
            await handle.GetResultAsync();
        });

        Assert.True(gate.SawCancel);
        await ReplayAllAsync(host, "paused");
    }

    /// <summary>A limit is a total, so Delta goes shard by shard; what is only written has no delivery.</summary>
    [Fact]
    public async Task Replay_OfALimitedRunWithoutDelivery_Succeeds()
    {
        var host = Host();
        host.Steps.Plan = FakePlans.UserKeyed() with { Connectors = [FakePlans.Braze() with { Delivery = "none" }] };

        await host.ExecuteAsync(new ConnectorJobInput { JobPath = host.JobPath, Limit = 50 });

        await ReplayAsync("limited-job", host.Job);
    }

    [Fact]
    public async Task Replay_OfARunThatAGuardStops_Succeeds()
    {
        var host = Host();
        host.Steps.Delta = _ => new() { Updates = 50, StateUsers = 50, Users = new UserCounts(Total: 50, Removed: 50) };

        await host.FailAsync();

        await ReplayAsync("guard-job", host.Job);
    }

    [Fact]
    public async Task Replay_OfMoreConnectorsThanTheReportHasRoomFor_Succeeds()
    {
        var host = Host();
        host.Steps.Plan = FakePlans.UserKeyed(1, 1, [.. Enumerable.Range(1, 5).Select(i => FakePlans.Braze($"shop-{i}"))]);

        await host.ExecuteAsync();

        await ReplayAsync("many-connectors-job", host.Job);
    }

    private WorkflowHost Host()
    {
        var host = new WorkflowHost(server);
        host.Steps.Plan = FakePlans.UserKeyed(chunks: 5, shards: 4);
        host.Steps.Recovered = new(0, 0, [.. ConnectorSearchAttributes.All.Select(a => a.Name)]);
        host.Steps.Delta = input => FakePlans.New(40 * (input.Shard + 1));
        host.Steps.Commit = input => new(input.Shard is null ? 0 : 40, 0, 0, 40, new(100, 100));
        return host;
    }

    private async Task ReplayAllAsync(WorkflowHost host, string name, params string[] connectors)
    {
        await ReplayAsync($"{name}-job", host.Job);
        foreach (var connector in connectors.DefaultIfEmpty("braze"))
        {
            await ReplayAsync($"{name}-delivery-{connector}", host.Delivery(connector));
        }
    }

    private Task ReplayAsync(string name, WorkflowHandle handle) => RecordedHistories.ReplayFreshAsync(name, handle, server);
}

public sealed class FreshReplayTestsOnEngine(EngineFixture engine) : FreshReplayTests(engine);

public sealed class FreshReplayTestsOnServer(TemporalServerFixture server) : FreshReplayTests(server);
