using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Delivery;
using PersonalizeConnectors.Workflows.Tests.Fakes;
using PersonalizeConnectors.Workflows.Tests.Replay;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Worker;

namespace PersonalizeConnectors.Workflows.Tests.Delivery;

public abstract class QueueDrainTests(ITemporalServer server)
{
    private readonly string _queue = $"{TaskQueues.Main}-{Guid.NewGuid():N}";
    private readonly string _jobPath = $"/jobs/etl_jobs/user_personalization/{Guid.NewGuid():N}";
    private readonly FakeDrain _drain = new();

    [Fact]
    public async Task Drain_DayOverThenStopped_EndsWithTheCountsOfAllDays()
    {
        var gate = new CancelGate();
        _drain.Answer = async call =>
        {
            if (call > 1)
            {
                try
                {
                    await gate.UntilCanceledAsync();
                }
                catch (OperationCanceledException)
                {
                    // Settles what it holds, and ends well.
                }
            }

            return new(new DrainCounts(Received: call, Accepted: call * 10));
        };
        QueueDrainResult? result = null;

        await RunAsync(async handle =>
        {
            await gate.Begun;
            await handle.SignalAsync(drain => drain.StopAsync());
            result = await handle.GetResultAsync();
            await RecordedHistories.ReplayFreshAsync("drain-day", server.Client.GetWorkflowHandle(handle.Id, handle.FirstExecutionRunId), server);
            await RecordedHistories.ReplayFreshAsync("drain-stopped", server.Client.GetWorkflowHandle(handle.Id), server);
        });

        Assert.Equal(new QueueDrainResult(_jobPath, "braze", new DrainCounts(Received: 3, Accepted: 30, Requests: new())), result);
        Assert.Equal([new(_jobPath, "braze", 86400), new DrainInput(_jobPath, "braze", 86400)], _drain.Calls);
    }

    [Fact]
    public async Task Drain_DestinationRefuses_FailsWithTheSentenceAndWhatWasDone()
    {
        var done = new DrainResult(new(Received: 5, Accepted: 3));
        _drain.Answer = call => call == 1 ? Task.FromResult(done) : throw new ApplicationFailureException(
            "The key is wrong.", errorType: FailureTypes.DestinationRefused, nonRetryable: true, details: [done]);

        await RunAsync(async handle =>
        {
            var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => handle.GetResultAsync());
            var cause = Assert.IsType<ApplicationFailureException>(failed.InnerException);
            Assert.Equal((FailureTypes.DestinationRefused, "The key is wrong."), (cause.ErrorType, cause.Message));
            Assert.Equal(new(_jobPath, "braze", new(Received: 10, Accepted: 6, Requests: new())), cause.Details.ElementAt<QueueDrainResult>(0));
            await RecordedHistories.ReplayFreshAsync("drain-failed", server.Client.GetWorkflowHandle(handle.Id), server);
        });
    }

    [Fact]
    public async Task Drain_Canceled_EndsAsCanceled()
    {
        var gate = new CancelGate();
        _drain.Answer = async _ =>
        {
            await gate.UntilCanceledAsync();
            return new(new());
        };

        await RunAsync(async handle =>
        {
            await gate.Begun;
            await handle.CancelAsync();
            var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => handle.GetResultAsync());
            Assert.IsType<CanceledFailureException>(failed.InnerException);
        });
    }

    [Fact]
    public async Task Drain_NoConnector_IsRefused()
    {
        await RunAsync(
            async handle =>
            {
                var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => handle.GetResultAsync());
                Assert.Equal(FailureTypes.InvalidInput, Assert.IsType<ApplicationFailureException>(failed.InnerException).ErrorType);
            },
            connector: null);
        Assert.Empty(_drain.Calls);
    }

    private async Task RunAsync(Func<WorkflowHandle<QueueDrainWorkflow, QueueDrainResult>, Task> body, string? connector = "braze")
    {
        using var workflows = new TemporalWorker(server.Client, new TemporalWorkerOptions(_queue).AddWorkflow<QueueDrainWorkflow>());
        using var deliver = new TemporalWorker(
            server.Client,
            new TemporalWorkerOptions(TaskQueues.DeliverOf(_queue)) { MaxHeartbeatThrottleInterval = TimeSpan.FromMilliseconds(200) }.AddAllActivities(_drain));
        var input = new QueueDrainInput { JobPath = _jobPath, Connector = connector };
        await workflows.ExecuteAsync(() => deliver.ExecuteAsync(async () => await body(await server.Client.StartWorkflowAsync(
            (QueueDrainWorkflow drain) => drain.RunAsync(input),
            new WorkflowOptions(DrainId.Of(_jobPath, "braze"), _queue) { ExecutionTimeout = TimeSpan.FromMinutes(3) }))));
    }
}

public sealed class QueueDrainTestsOnEngine(EngineFixture engine) : QueueDrainTests(engine);

public sealed class QueueDrainTestsOnServer(TemporalServerFixture server) : QueueDrainTests(server);
