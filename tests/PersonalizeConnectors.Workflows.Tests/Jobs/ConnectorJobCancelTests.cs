using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Tests.Fakes;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Workflows.Tests.Jobs;

public abstract class ConnectorJobCancelTests(ITemporalServer server)
{
    [Theory]
    [InlineData("Recover")]
    [InlineData("Plan")]
    [InlineData("Load")]
    [InlineData("Delta/braze")]
    [InlineData("Write/braze")]
    public async Task Cancel_BeforeDelivery_StopsTheStepReportsAndCommitsNothing(string step)
    {
        var host = new WorkflowHost(server);
        host.Steps.Delta = _ => FakePlans.New(10);
        var gate = new CancelGate();
        host.Steps.Waits[step] = gate.UntilCanceledAsync;

        await host.RunAsync(async () =>
        {
            var handle = await host.StartAsync();
            await gate.Begun;
            await handle.CancelAsync();
            await EndsCanceledAsync(handle);
        });

        Assert.True(gate.SawCancel);
        var report = host.Steps.Report!;
        Assert.Equal((true, null, false), (report.Canceled, report.Failure, report.KeepStaging));
        Assert.DoesNotContain("CommitState/braze", host.Steps.Names);
        Assert.Empty(host.Deliver.Calls);
        Assert.Equal("Report", host.Steps.Names[^1]);
    }

    [Fact]
    public async Task Cancel_InDelivery_WaitsForTheRangeThenCommitsAndReports()
    {
        var host = new WorkflowHost(server);
        host.Steps.Delta = _ => FakePlans.New(250);
        host.Steps.Commit = input => new(input.Shard is null ? 0 : 30, 0, 220, 30, new());
        var gate = new CancelGate();
        host.Deliver.Answer = async input =>
        {
            if (input.Range.Number == 1)
            {
                await gate.UntilCanceledAsync();
            }

            return new(input.Range.Count, 0, 0, new RequestCounts(1));
        };

        await host.RunAsync(async () =>
        {
            var handle = await host.StartAsync();
            await gate.Begun;
            await handle.CancelAsync();
            await EndsCanceledAsync(handle);
            await EndsCanceledAsync(host.Delivery());
        });

        Assert.True(gate.SawCancel);
        Assert.Equal([0, 1], host.Deliver.Calls.Select(c => c.Range.Number));
        Assert.Equal([0, 1, null], host.Steps.Inputs<CommitStateInput>().Select(c => c.Shard).OrderBy(s => s ?? int.MaxValue));
        var report = host.Steps.Report!;
        Assert.Equal((true, null, false), (report.Canceled, report.Failure, report.KeepStaging));
        Assert.Equal(60, report.Connectors.Single().Users.Accepted);
    }

    [Fact]
    public async Task Cancel_InCommit_CommitsToTheEndAndIsWhatItIs()
    {
        var host = new WorkflowHost(server);
        host.Steps.Delta = _ => FakePlans.New(10);
        var gate = new OpenGate();
        host.Steps.Waits["CommitState/braze"] = gate.WaitAsync;

        await host.RunAsync(async () =>
        {
            var handle = await host.StartAsync();
            await gate.Begun;
            await handle.CancelAsync();
            gate.Open();
            Assert.Equal(RunStatus.Completed, (await handle.GetResultAsync()).Status);
        });

        Assert.Equal(3, host.Steps.Inputs<CommitStateInput>().Count());
        Assert.False(host.Steps.Report!.Canceled);
    }

    [Fact]
    public async Task Cancel_OfTheOuterRun_CancelsTheJobAndWaitsForIt()
    {
        var host = new WorkflowHost(server);
        var gate = new CancelGate();
        host.Steps.Waits["Load"] = gate.UntilCanceledAsync;

        await host.RunAsync(async () =>
        {
            var outer = await host.StartAsync(workflowId: $"nightly-{Guid.NewGuid():N}");
            await gate.Begun;
            await outer.CancelAsync();
            await EndsCanceledAsync(outer);

            // The outer run ended after the inner one had reported.
            Assert.True(host.Steps.Report!.Canceled);
            await EndsCanceledAsync(host.Job);
        });
    }

    [Fact]
    public async Task Cancel_OfTheDeliveryAlone_FailsTheRunAfterCommitting()
    {
        var host = new WorkflowHost(server);
        host.Steps.Delta = _ => FakePlans.New(10);
        var gate = new CancelGate();
        host.Deliver.Answer = async _ =>
        {
            await gate.UntilCanceledAsync();
            throw new InvalidOperationException("The gate ends by cancellation alone.");
        };

        await host.RunAsync(async () =>
        {
            var handle = await host.StartAsync();
            await gate.Begun;
            await host.Delivery().CancelAsync();
            var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => handle.GetResultAsync());

            var failure = Assert.IsType<ApplicationFailureException>(failed.InnerException);
            Assert.Contains("delivery was canceled", failure.Message, StringComparison.Ordinal);
        });

        Assert.Equal(3, host.Steps.Inputs<CommitStateInput>().Count());
        Assert.True(host.Steps.Report!.Canceled);
    }

    [Fact]
    public async Task Terminate_OfTheDeliveryAlone_FailsTheRunAfterCommitting()
    {
        var host = new WorkflowHost(server);
        host.Steps.Delta = _ => FakePlans.New(10);
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
            await host.Delivery().TerminateAsync();
            var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => handle.GetResultAsync());

            Assert.Equal("The delivery was terminated.", Assert.IsType<ApplicationFailureException>(failed.InnerException).Message);
        });

        Assert.Equal(3, host.Steps.Inputs<CommitStateInput>().Count());
    }

    private static async Task EndsCanceledAsync<TWorkflow, TResult>(WorkflowHandle<TWorkflow, TResult> handle)
    {
        var ended = await Assert.ThrowsAsync<WorkflowFailedException>(() => handle.GetResultAsync());
        Assert.IsType<CanceledFailureException>(ended.InnerException);
        Assert.Equal(Temporalio.Api.Enums.V1.WorkflowExecutionStatus.Canceled, (await handle.DescribeAsync()).Status);
    }
}

public sealed class ConnectorJobCancelTestsOnEngine(EngineFixture engine) : ConnectorJobCancelTests(engine);

public sealed class ConnectorJobCancelTestsOnServer(TemporalServerFixture server) : ConnectorJobCancelTests(server);
