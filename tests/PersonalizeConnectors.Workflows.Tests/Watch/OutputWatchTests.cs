using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;
using PersonalizeConnectors.Workflows.Tests.Fakes;
using PersonalizeConnectors.Workflows.Tests.Replay;
using PersonalizeConnectors.Workflows.Watch;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Worker;

namespace PersonalizeConnectors.Workflows.Tests.Watch;

public abstract class OutputWatchTests(ITemporalServer server)
{
    private readonly string _queue = $"{TaskQueues.Main}-{Guid.NewGuid():N}";
    private readonly string _root = $"s3://{Guid.NewGuid():N}";
    private readonly FakeWatch _watch = new();

    private string JobPath => _root + "/etl_jobs/related_items/shop";

    [Fact]
    public async Task Watch_OutputWhileARunIsUnderWay_StartsOneRunWhenThatIsOver()
    {
        await RunAsync(async handle =>
        {
            await _watch.Watching.Begun;
            var running = await server.Client.StartWorkflowAsync(
                (StubJobWorkflow job) => job.RunAsync(new ConnectorJobInput { JobPath = JobPath, FullResync = true }),
                new WorkflowOptions(JobId.Of(JobPath), _queue) { ExecutionTimeout = TimeSpan.FromMinutes(3) });
            for (var i = 0; i < 20; i++)
            {
                await SeenAsync(handle, isComplete: false, at: TimeProvider.System.GetUtcNow());
            }

            Assert.Equal(0, (await UntilAsync(handle, watch => watch.Busy > 0)).Started);
            await running.SignalAsync(job => job.FinishAsync());
            var started = await UntilAsync(handle, watch => watch.Started > 0);
            Assert.Null(Assert.Single(started.Jobs).Due);

            // Late: from before that start. Complete: at once.
            await SeenAsync(handle, isComplete: false, at: TimeProvider.System.GetUtcNow().AddHours(-1));
            await UntilAsync(handle, watch => watch.Late == 1);
            await SeenAsync(handle, isComplete: true, at: null);
            await UntilAsync(handle, watch => watch.Started == 2);
            await handle.SignalAsync(watch => watch.StopAsync());

            var result = await handle.GetResultAsync();
            Assert.Equal((2, new WatchCounts(Messages: 7, Outputs: 7), null), (result.Started, result.Events, result.Trouble));
        });
    }

    /// <summary>A run of another service, which only the store knows: the child begins, and fails.</summary>
    [Fact]
    public async Task Watch_JobIsHeldByAnotherService_IsStartedAgainUntilItIsFree()
    {
        await RunAsync(async handle =>
        {
            await _watch.Watching.Begun;
            var until = TimeProvider.System.GetUtcNow().AddSeconds(3).ToUnixTimeMilliseconds();
            await SeenAsync(handle, isComplete: true, at: null, $"{_root}/etl_jobs/related_items/held-{until}");

            Assert.Equal(0, (await UntilAsync(handle, watch => watch.Busy > 0)).Started);
            var started = await UntilAsync(handle, watch => watch is { Started: 1, Jobs: [{ Due: null }] } && TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() > until);

            Assert.True(started.Busy > 0);
            await handle.SignalAsync(watch => watch.StopAsync());
            Assert.Equal(1, (await handle.GetResultAsync()).Started);
            await RecordedHistories.ReplayFreshAsync("watch-held", handle, server);
        });
    }

    [Fact]
    public async Task Watch_Parts_AreDeliveredAndAFailureIsShownUntilTheNext()
    {
        await RunAsync(async handle =>
        {
            var sign = new PartSign(JobPath, "braze");
            await handle.SignalAsync(watch => watch.SeenAsync(new WatchSigns(new List<OutputSign>(), new List<PartSign> { sign, sign })));
            Assert.Equal($"{JobPath}, braze: The key is wrong.", (await UntilAsync(handle, watch => watch.Trouble is not null)).Trouble);
            await handle.SignalAsync(watch => watch.SeenAsync(new WatchSigns(new List<OutputSign>(), new List<PartSign> { sign })));
            var delivered = await UntilAsync(handle, watch => watch.Parts.Delivered > 0);
            Assert.Equal((2, 5, null), (delivered.Parts.Delivered, delivered.Parts.Records!.Accepted, delivered.Trouble));
            Assert.Empty(delivered.Undelivered);
            await handle.CancelAsync();
            Assert.IsType<CanceledFailureException>((await Assert.ThrowsAsync<WorkflowFailedException>(() => handle.GetResultAsync())).InnerException);
            await RecordedHistories.ReplayFreshAsync("watch-parts", handle, server);
        });
        Assert.Equal([new(JobPath, "braze"), new DeliverPartsInput(JobPath, "braze")], _watch.Deliveries);
    }

    [Fact]
    public async Task Watch_DayOverWhileAStartWaits_StartsItTheNextDayAndCountsBoth()
    {
        await RunAsync(
            async handle =>
            {
                await _watch.Watching.Begun;
                await SeenAsync(handle, isComplete: false, at: TimeProvider.System.GetUtcNow());
                await UntilAsync(handle, watch => watch.Jobs is [{ Due: not null }]);
                _watch.Watching.Open();

                await _watch.NextDay.Begun;
                var next = await handle.QueryAsync(watch => watch.GetProgress());
                Assert.Equal((0, 7), (next.Started, next.Events.Messages));
                Assert.NotNull(Assert.Single(next.Jobs).Due);
                await UntilAsync(handle, watch => watch.Started == 1);
                // Told again after a crash: that run has read it.
                await SeenAsync(handle, isComplete: false, at: TimeProvider.System.GetUtcNow().AddHours(-1));
                await UntilAsync(handle, watch => watch.Late == 1);
                await handle.SignalAsync(watch => watch.StopAsync());

                var result = await handle.GetResultAsync();
                Assert.Equal((1, 1, new WatchCounts(Messages: 14, Outputs: 14)), (result.Started, result.Late, result.Events));
                await RecordedHistories.ReplayFreshAsync("watch-day", server.Client.GetWorkflowHandle(handle.Id, handle.FirstExecutionRunId), server);
                await RecordedHistories.ReplayFreshAsync("watch-stopped", server.Client.GetWorkflowHandle(handle.Id), server);
            },
            quietSeconds: 5);
    }

    [Fact]
    public async Task Watch_NoQueue_IsRefused()
    {
        await RunAsync(
            async handle =>
            {
                var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => handle.GetResultAsync());
                Assert.Equal(FailureTypes.InvalidInput, Assert.IsType<ApplicationFailureException>(failed.InnerException).ErrorType);
            },
            queue: null);
    }

    /// <summary>A burst of signals makes a long history: the watch goes on as a new run, and loses neither a start nor a count.</summary>
    private protected async Task LongHistoryAsync()
    {
        const int Signals = 4500;
        string[] jobs = [.. Enumerable.Range(0, 3).Select(i => $"{_root}/etl_jobs/related_items/shop-{i}")];
        await RunAsync(
            async handle =>
            {
                await _watch.Watching.Begun;
                var at = TimeProvider.System.GetUtcNow();
                var watch = server.Client.GetWorkflowHandle<OutputWatchWorkflow>(handle.Id);
                await Parallel.ForEachAsync(Enumerable.Range(0, Signals), new ParallelOptions { MaxDegreeOfParallelism = 20, CancellationToken = TestContext.Current.CancellationToken }, async (i, _) =>
                    await watch.SignalAsync(w => w.SeenAsync(new WatchSigns(new List<OutputSign> { new(jobs[i % jobs.Length], false, 0, at) }, new List<PartSign>()))));

                await _watch.NextDay.Begun;
                var started = await UntilAsync(watch, progress => progress.Started == jobs.Length);
                Assert.Equal(jobs, started.Jobs.Select(job => job.JobPath));
                Assert.All(started.Jobs, job => Assert.Null(job.Due));
                Assert.NotEqual(handle.FirstExecutionRunId, (await watch.DescribeAsync()).RunId);
                await watch.SignalAsync(w => w.StopAsync());

                var result = await handle.GetResultAsync();
                Assert.Equal((jobs.Length, 0), (result.Started, result.Busy));
            },
            quietSeconds: 10);
    }

    private Task SeenAsync(WorkflowHandle<OutputWatchWorkflow> handle, bool isComplete, DateTimeOffset? at, string? jobPath = null) =>
        handle.SignalAsync(watch => watch.SeenAsync(new WatchSigns(new List<OutputSign> { new(jobPath ?? JobPath, isComplete, 0, at) }, new List<PartSign>())));

    private static async Task<OutputWatchResult> UntilAsync(WorkflowHandle<OutputWatchWorkflow> handle, Func<OutputWatchResult, bool> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var progress = await handle.QueryAsync(watch => watch.GetProgress());
            if (condition(progress))
            {
                return progress;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(1), $"It does not come to that: {progress}");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private async Task RunAsync(Func<WorkflowHandle<OutputWatchWorkflow, OutputWatchResult>, Task> body, string? queue = "events", int quietSeconds = 1)
    {
        using var workflows = new TemporalWorker(server.Client, new TemporalWorkerOptions(_queue).AddWorkflow<OutputWatchWorkflow>().AddWorkflow<StubJobWorkflow>());
        using var deliver = new TemporalWorker(
            server.Client,
            new TemporalWorkerOptions(TaskQueues.DeliverOf(_queue)) { MaxHeartbeatThrottleInterval = TimeSpan.FromMilliseconds(200) }.AddAllActivities(_watch));
        var input = new OutputWatchInput { Root = _root, Queue = queue, QuietSeconds = quietSeconds };
        await workflows.ExecuteAsync(() => deliver.ExecuteAsync(async () => await body(await server.Client.StartWorkflowAsync(
            (OutputWatchWorkflow watch) => watch.RunAsync(input),
            new WorkflowOptions(WatchId.Of(_root), _queue) { ExecutionTimeout = TimeSpan.FromMinutes(3) }))));
    }
}

public sealed class OutputWatchTestsOnEngine(EngineFixture engine) : OutputWatchTests(engine);

public sealed class OutputWatchTestsOnServer(TemporalServerFixture server) : OutputWatchTests(server)
{
    // The engine sends the whole history with each task: thousands of them take minutes of all cores.
    [Fact]
    public Task Watch_HistoryThatGetsLong_GoesOnAsANewRunAndStartsEachJobOnce() => LongHistoryAsync();
}
