using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;
using PersonalizeConnectors.Workflows.Tests.Fakes;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Sdk.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Workflows.Tests.Jobs;

public abstract class ConnectorJobPauseTests(ITemporalServer server)
{
    [Fact]
    public async Task Pause_InAStep_LetsItEndAndBeginsNothingUntilResumed()
    {
        var host = new WorkflowHost(server);
        var gate = new OpenGate();
        host.Steps.Waits["Load"] = gate.WaitAsync;

        await host.RunAsync(async () =>
        {
            var handle = await host.StartAsync();
            await gate.Begun;
            await handle.SignalAsync(PauseSignals.Pause, []);
            await handle.SignalAsync(w => w.PauseAsync(new PauseInput { By = "too late" }));
            gate.Open();
            var progress = await UntilAsync(handle, p => p.Steps.Any(s => s is { Name: "Load", Done: 2 }));

            Assert.InRange(TimeProvider.System.GetUtcNow() - progress.Paused!.Since, TimeSpan.Zero, TimeSpan.FromMinutes(1));
            Assert.Null(progress.Paused.By);
            Assert.DoesNotContain("SplitErrors", host.Steps.Names);
            Assert.Equal(progress.Paused, await (await handle.DescribeAsync()).Memo["Paused"].ToValueAsync<PausedRun>());
            Assert.Contains("**Paused** since", await DetailsAsync(handle), StringComparison.Ordinal);

            await handle.SignalAsync(w => w.ResumeAsync(null));
            Assert.Equal(RunStatus.Completed, (await handle.GetResultAsync()).Status);
            Assert.DoesNotContain("Paused", (await handle.DescribeAsync()).Memo.Keys);
        });
    }

    [Fact]
    public async Task Pause_InDelivery_StopsTheRangeAndResumeGoesOnWithIt()
    {
        var host = new WorkflowHost(server);
        host.Steps.Delta = _ => FakePlans.New(75);
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
            // Whoever started the run under a name of his own may pause it by that name.
            var outer = await host.StartAsync(workflowId: $"nightly-{Guid.NewGuid():N}");
            await gate.Begun;
            await outer.SignalAsync(w => w.PauseAsync(new PauseInput { By = new string('é', 300) }));
            await UntilAsync(host.Job, p => p.Paused is not null && gate.SawCancel);

            Assert.Contains("**Paused** since", await DetailsAsync(host.Delivery()), StringComparison.Ordinal);
            Assert.EndsWith("é…", (await host.Job.QueryAsync(w => w.GetProgress())).Paused!.By, StringComparison.Ordinal);
            Assert.Single(host.Deliver.Calls);

            await host.Job.SignalAsync(w => w.ResumeAsync(null));
            Assert.Equal(RunStatus.Completed, (await host.Job.GetResultAsync()).Status);
        });

        Assert.Equal([0, 0, 1], host.Deliver.Calls.Select(c => c.Range.Number));
        Assert.Equal(2, host.Steps.Report!.Connectors.Single().Requests.Sent);
    }

    /// <summary>The service may deliver two signals to a child that are under way at once in either order; a pause that comes last would stay.</summary>
    [Fact]
    public async Task Pause_AndResumeInQuickTurns_TellTheDeliveryOneAfterTheOther()
    {
        var host = new WorkflowHost(server);
        host.Steps.Delta = _ => FakePlans.New(75);
        var gate = new CancelGate();
        host.Deliver.Answer = async input =>
        {
            await gate.UntilCanceledAsync();
            return new(input.Range.Count, 0, 0, new RequestCounts(1));
        };

        await host.RunAsync(async () =>
        {
            var handle = await host.StartAsync();
            await gate.Begun;
            for (var turn = 0; turn < 10; turn++)
            {
                await handle.SignalAsync(w => w.PauseAsync(null));
                await handle.SignalAsync(w => w.ResumeAsync(null));
            }

            gate.Open();
            Assert.Equal(RunStatus.Completed, (await handle.GetResultAsync()).Status);
        });

        var underWay = 0;
        foreach (var e in (await host.Job.FetchHistoryAsync()).Events)
        {
            underWay += e.EventType switch
            {
                EventType.SignalExternalWorkflowExecutionInitiated => 1,
                EventType.ExternalWorkflowExecutionSignaled or EventType.SignalExternalWorkflowExecutionFailed => -1,
                _ => 0,
            };
            Assert.InRange(underWay, 0, 1);
        }
    }

    [Fact]
    public async Task Pause_BeforeTheDelivery_HoldsItUpAndCancelEndsTheRun()
    {
        var host = new WorkflowHost(server);
        host.Steps.Delta = _ => FakePlans.New(10);
        var gate = new OpenGate();
        host.Steps.Waits["Write/braze"] = gate.WaitAsync;

        await host.RunAsync(async () =>
        {
            var handle = await host.StartAsync();
            await gate.Begun;
            await handle.SignalAsync(w => w.PauseAsync(null));
            gate.Open();
            await UntilAsync(handle, p => p.Steps.Any(s => s is { Name: "Write", Done: 2 }));
            await handle.CancelAsync();

            var ended = await Assert.ThrowsAsync<WorkflowFailedException>(() => handle.GetResultAsync());
            Assert.IsType<CanceledFailureException>(ended.InnerException);
        });

        Assert.Empty(host.Deliver.Calls);
        Assert.True(host.Steps.Report!.Canceled);
    }

    [Fact]
    public async Task Signal_ThatCannotBeRead_ChangesNothing()
    {
        var host = new WorkflowHost(server);
        var gate = new OpenGate();
        host.Steps.Waits["Plan"] = gate.WaitAsync;

        await host.RunAsync(async () =>
        {
            var handle = await host.StartAsync();
            await gate.Begun;
            await handle.SignalAsync(PauseSignals.Pause, ["by nobody"]);
            await handle.SignalAsync(PauseSignals.Resume, []);
            gate.Open();

            Assert.Equal(RunStatus.Completed, (await handle.GetResultAsync()).Status);
        });
    }

    private static async Task<JobProgress> UntilAsync(WorkflowHandle<ConnectorJobWorkflow, ConnectorJobResult> handle, Func<JobProgress, bool> condition)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            var progress = await handle.QueryAsync(w => w.GetProgress(), new WorkflowQueryOptions { Rpc = new() { CancellationToken = deadline.Token } });
            if (condition(progress))
            {
                return progress;
            }
        }
    }

    private static async Task<string> DetailsAsync(WorkflowHandle handle) =>
        (await handle.QueryAsync<WorkflowMetadata>("__temporal_workflow_metadata", [])).CurrentDetails;
}

public sealed class ConnectorJobPauseTestsOnEngine(EngineFixture engine) : ConnectorJobPauseTests(engine);

public sealed class ConnectorJobPauseTestsOnServer(TemporalServerFixture server) : ConnectorJobPauseTests(server);
