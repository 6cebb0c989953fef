using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Tests.Fakes;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Workflows.Tests.Replay;

/// <summary>
/// Records Histories/*.json anew; never part of a test run. To record, after a change that needs new ones:
/// run the built test program with <c>-explicit only -class '*HistoryRecorder'</c>.
/// </summary>
public sealed class HistoryRecorder(TemporalServerFixture server)
{
    [Fact(Explicit = true)]
    public async Task Record_UserKeyedRun()
    {
        var host = Host();

        await host.ExecuteAsync(workflowId: "nightly-2026-11-23T02:00:00Z");

        await RecordedHistories.WriteAsync("user-keyed-outer", await host.Client.GetWorkflowHandle("nightly-2026-11-23T02:00:00Z").FetchHistoryAsync());
        await WriteAsync(host, "user-keyed");
    }

    [Fact(Explicit = true)]
    public async Task Record_ItemKeyedRunWithTwoConnectors()
    {
        var host = Host();
        host.Steps.Plan = FakePlans.ItemKeyed() with { Connectors = [FakePlans.Braze("first"), FakePlans.Braze("second")] };

        await host.ExecuteAsync();

        await WriteAsync(host, "item-keyed", "first", "second");
    }

    [Fact(Explicit = true)]
    public async Task Record_FailedDelivery()
    {
        var host = Host();
        host.Deliver.Answer = input => input.Range.Number == 1
            ? throw new ApplicationFailureException("the endpoint answered 401", errorType: FailureTypes.DestinationRefused, nonRetryable: true)
            : Task.FromResult(new DeliverResult(input.Range.Count, 0, 0, new RequestCounts(1)));

        await host.FailAsync();

        await WriteAsync(host, "failed-delivery");
    }

    [Fact(Explicit = true)]
    public async Task Record_CanceledRun()
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

        await WriteAsync(host, "canceled");
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

    private static async Task WriteAsync(WorkflowHost host, string name, params string[] connectors)
    {
        await RecordedHistories.WriteAsync($"{name}-job", await host.Job.FetchHistoryAsync());
        foreach (var connector in connectors.DefaultIfEmpty("braze"))
        {
            await RecordedHistories.WriteAsync($"{name}-delivery-{connector}", await host.Delivery(connector).FetchHistoryAsync());
        }
    }
}
