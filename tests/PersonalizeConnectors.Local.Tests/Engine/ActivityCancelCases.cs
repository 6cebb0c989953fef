using PersonalizeConnectors.Local.Tests.Engine.Harness;
using PersonalizeConnectors.Tests.Shared;
using Temporalio.Activities;
using Temporalio.Api.Enums.V1;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Local.Tests.Engine;

public abstract class ActivityCancelCases(ITemporalServer server) : ConformanceTests(server)
{
    [Theory]
    [InlineData(ActivityCancellationType.WaitCancellationCompleted)]
    [InlineData(ActivityCancellationType.TryCancel)]
    [InlineData(ActivityCancellationType.Abandon)]
    public Task Cancel_RunningActivity_FollowsTheCancellationType(ActivityCancellationType type) => PlayAsync(
        async stage =>
        {
            var (begun, ended) = Heartbeating(stage, ignoresCancel: false);
            stage.Workflow("Main", _ => ScriptWorkflow.CallAsync("Beating", Options(type)));

            await stage.WorkAsync(async () =>
            {
                var main = await stage.StartAsync("Main");
                await begun;
                await main.CancelAsync();
                await stage.EndAsync(main);
                stage.Transcript.Note($"the activity: {await ended}");
            });
        },
        $"{nameof(Cancel_RunningActivity_FollowsTheCancellationType)}.{type}");

    [Fact]
    public Task Cancel_ActivityThatCompletesAllTheSame_GivesItsResult() => PlayAsync(async stage =>
    {
        var (begun, _) = Heartbeating(stage, ignoresCancel: true);
        stage.Workflow("Main", _ => ScriptWorkflow.CallAsync("Beating", Options(ActivityCancellationType.WaitCancellationCompleted)));

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            await begun;
            await main.CancelAsync();
            await stage.EndAsync(main);
        });
    });

    [Fact]
    public Task Cancel_WithDetachedCleanUp_RunsItToTheEnd() => PlayAsync(async stage =>
    {
        var (begun, _) = Heartbeating(stage, ignoresCancel: false);
        stage.Activity("CleanUp", _ => "clean");
        stage.Workflow("Main", async _ =>
        {
            try
            {
                return await ScriptWorkflow.CallAsync("Beating", Options(ActivityCancellationType.WaitCancellationCompleted));
            }
            catch (Exception e) when (TemporalException.IsCanceledException(e))
            {
                await ScriptWorkflow.CallAsync("CleanUp", new() { StartToCloseTimeout = ScriptWorkflow.Long, CancellationToken = CancellationToken.None });
                throw;
            }
        });

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            await begun;
            await main.CancelAsync();
            await stage.EndAsync(main);
        });
    });

    [Fact]
    public Task Cancel_InOneScope_LeavesTheWorkflowRunning() => PlayAsync(async stage =>
    {
        var (begun, _) = Heartbeating(stage, ignoresCancel: false);
        stage.Workflow("Main", async script =>
        {
            using var scope = CancellationTokenSource.CreateLinkedTokenSource(Workflow.CancellationToken);
            var options = Options(ActivityCancellationType.WaitCancellationCompleted);
            options.CancellationToken = scope.Token;
            var activity = ScriptWorkflow.CallAsync("Beating", options);
            await script.UntilAsync("stop");
            scope.Cancel();
            try
            {
                return await activity;
            }
            catch (ActivityFailureException e) when (TemporalException.IsCanceledException(e))
            {
                return "stopped";
            }
        });

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            await begun;
            await main.SignalAsync("Signal", ["stop"]);
            await stage.EndAsync(main);
        });
    });

    [Theory]
    [InlineData(ActivityCancellationType.WaitCancellationCompleted)]
    [InlineData(ActivityCancellationType.TryCancel)]
    public Task Cancel_BeforeTheActivityStarts_CancelsItAtOnce(ActivityCancellationType type) => PlayAsync(
        async stage =>
        {
            stage.Workflow("Main", _ =>
            {
                var options = Options(type);
                options.TaskQueue = stage.Queue + "-nobody";
                return ScriptWorkflow.CallAsync("Unheard", options);
            });

            await stage.WorkAsync(async () =>
            {
                var main = await stage.StartAsync("Main");
                await Stage.UntilAsync(main, EventType.ActivityTaskScheduled);
                await main.CancelAsync();
                await stage.EndAsync(main);
            });
        },
        $"{nameof(Cancel_BeforeTheActivityStarts_CancelsItAtOnce)}.{type}");

    [Fact]
    public Task Cancel_BetweenTwoAttempts_CancelsItAtOnce() => PlayAsync(async stage =>
    {
        stage.Activity("Broken", _ => throw new ApplicationFailureException("not yet"));
        stage.Workflow("Main", _ =>
        {
            var options = Options(ActivityCancellationType.WaitCancellationCompleted);
            options.RetryPolicy = new() { InitialInterval = TimeSpan.FromMinutes(2), MaximumInterval = TimeSpan.FromMinutes(2) };
            return ScriptWorkflow.CallAsync("Broken", options);
        });

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            await Stage.UntilAsync(async () => (await stage.DescribeAsync(main)).PendingActivities.Any(a => a.Attempt == 2));
            await main.CancelAsync();
            await stage.EndAsync(main);
        });
    });

    [Fact]
    public Task Terminate_WhileAnActivityRuns_TheActivityLearnsOfIt() => PlayAsync(async stage =>
    {
        var (begun, ended) = Heartbeating(stage, ignoresCancel: false);
        stage.Workflow("Main", _ => ScriptWorkflow.CallAsync("Beating", Options(ActivityCancellationType.WaitCancellationCompleted)));

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            await begun;
            await main.TerminateAsync("enough", new() { Details = ["told", 3] });
            stage.Transcript.Note($"the activity: {await ended}");
            await stage.EndAsync(main);
        });
    });

    [Fact]
    public Task Terminate_WhileAnActivityRuns_ItsCompletionIsStale() => PlayAsync(async stage =>
    {
        var gate = new Gate();
        byte[] token = [];
        stage.WaitingActivity("Long", async _ =>
        {
            token = ActivityExecutionContext.Current.Info.TaskToken;
            await gate.PassAsync(CancellationToken.None);
            return "late";
        });
        stage.Workflow("Main", _ => ScriptWorkflow.CallAsync("Long", Options(ActivityCancellationType.WaitCancellationCompleted)));

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            await gate.Begun;
            await main.TerminateAsync();
            var stale = stage.Client.GetAsyncActivityHandle(token);
            await stage.NoteAsync("heartbeat", () => stale.HeartbeatAsync());
            await stage.NoteAsync("complete", () => stale.CompleteAsync("late"));
            await stage.NoteAsync("fail", () => stale.FailAsync(new InvalidOperationException("late")));
            gate.Open();
            await stage.EndAsync(main);
        });
    });

    private static ActivityOptions Options(ActivityCancellationType type) => new()
    {
        StartToCloseTimeout = ScriptWorkflow.Long,
        HeartbeatTimeout = TimeSpan.FromSeconds(30),
        CancellationType = type,
    };

    /// <summary>An activity that heartbeats until it learns that it is canceled; the second task says why it ended.</summary>
    private static (Task Begun, Task<ActivityCancelReason> Ended) Heartbeating(Stage stage, bool ignoresCancel)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource<ActivityCancelReason>(TaskCreationOptions.RunContinuationsAsynchronously);
        stage.WaitingActivity("Beating", async _ =>
        {
            var context = ActivityExecutionContext.Current;
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            while (!context.CancellationToken.IsCancellationRequested)
            {
                context.Heartbeat("beat");
                begun.TrySetResult();
                await timer.WaitForNextTickAsync(CancellationToken.None);
            }

            ended.TrySetResult(context.CancelReason);
            if (!ignoresCancel)
            {
                context.CancellationToken.ThrowIfCancellationRequested();
            }

            return "done all the same";
        });
        return (begun.Task, ended.Task);
    }
}

public sealed class ActivityCancelCasesOnEngine(EngineFixture engine) : ActivityCancelCases(engine);

public sealed class ActivityCancelCasesOnServer(TemporalServerFixture server) : ActivityCancelCases(server);
