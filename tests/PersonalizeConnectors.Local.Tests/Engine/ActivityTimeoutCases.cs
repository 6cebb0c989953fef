using PersonalizeConnectors.Local.Tests.Engine.Harness;
using PersonalizeConnectors.Tests.Shared;
using Temporalio.Activities;
using Temporalio.Common;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Local.Tests.Engine;

public abstract class ActivityTimeoutCases(ITemporalServer server) : ConformanceTests(server)
{
    /// <summary>For calls that only wait for their end.</summary>
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Where something has to happen in time, on a busy machine too.</summary>
    private static readonly TimeSpan Seconds = TimeSpan.FromSeconds(3);

    private static readonly RetryPolicy Quick = new() { InitialInterval = TimeSpan.FromMilliseconds(50), BackoffCoefficient = 1, MaximumAttempts = 2 };

    private static readonly RetryPolicy Once = new() { MaximumAttempts = 1 };

    [Fact]
    public Task ScheduleToStart_NobodyPolls_TimesOut() => PlayAsync(async stage =>
    {
        stage.Workflow("Main", _ => ScriptWorkflow.CallAsync("Unheard", new()
        {
            TaskQueue = stage.Queue + "-nobody",
            ScheduleToStartTimeout = Second,
            StartToCloseTimeout = ScriptWorkflow.Long,
        }));

        await stage.WorkAsync(async () => await stage.EndAsync(await stage.StartAsync("Main")));
    });

    [Fact]
    public Task ScheduleToClose_AttemptRuns_TimesOut() => EndsByTimeout(new() { ScheduleToCloseTimeout = Seconds });

    [Fact]
    public Task StartToClose_OnlyAttempt_TimesOut() => EndsByTimeout(new() { StartToCloseTimeout = Second, RetryPolicy = Once });

    [Fact]
    public Task Heartbeat_NoneComes_TimesOut() =>
        EndsByTimeout(new() { HeartbeatTimeout = Second, StartToCloseTimeout = ScriptWorkflow.Long, RetryPolicy = Once });

    [Fact]
    public Task ScheduleToClose_NextAttemptWouldBeTooLate_FailsAtOnce() => PlayAsync(async stage =>
    {
        stage.Activity("Broken", _ => throw new ApplicationFailureException("no", errorType: "Busy"));
        stage.Workflow("Main", _ => ScriptWorkflow.CallAsync(
            "Broken", new() { ScheduleToCloseTimeout = TimeSpan.FromSeconds(20), RetryPolicy = new() { InitialInterval = TimeSpan.FromMinutes(1) } }));

        await stage.WorkAsync(async () => await stage.EndAsync(await stage.StartAsync("Main")));
    });

    [Fact]
    public Task StartToClose_FirstAttempt_IsRetried() => PlayAsync(async stage =>
    {
        var gate = new Gate();
        stage.WaitingActivity("Slow", async _ =>
        {
            if (ActivityExecutionContext.Current.Info.Attempt == 1)
            {
                await gate.PassAsync(ActivityExecutionContext.Current.CancellationToken);
            }

            return $"attempt {ActivityExecutionContext.Current.Info.Attempt}";
        });
        stage.Workflow("Main", _ => ScriptWorkflow.CallAsync("Slow", new() { StartToCloseTimeout = Seconds, RetryPolicy = Quick }));

        await stage.WorkAsync(async () =>
        {
            await stage.EndAsync(await stage.StartAsync("Main"));
            gate.Open();
        });
    });

    [Fact]
    public Task StartToClose_EveryAttempt_EndsWithTheTimeout() => EndsByTimeout(new() { StartToCloseTimeout = Second, RetryPolicy = Quick });

    [Fact]
    public Task HeartbeatDetails_AfterAFailure_ReachTheNextAttempt() => PlayAsync(async stage =>
    {
        stage.WaitingActivity("Resuming", async _ =>
        {
            var context = ActivityExecutionContext.Current;
            if (context.Info.Attempt == 1)
            {
                context.Heartbeat("row 7", 7);
                throw new ApplicationFailureException("lost the line");
            }

            return $"{await context.Info.HeartbeatDetailAtAsync<string>(0)} {await context.Info.HeartbeatDetailAtAsync<int>(1)} of {context.Info.HeartbeatDetails.Count}";
        });
        stage.Workflow("Main", _ => ScriptWorkflow.CallAsync(
            "Resuming", new() { StartToCloseTimeout = ScriptWorkflow.Long, HeartbeatTimeout = TimeSpan.FromSeconds(30), RetryPolicy = Quick }));

        await stage.WorkAsync(async () => await stage.EndAsync(await stage.StartAsync("Main")));
    });

    [Fact]
    public Task HeartbeatDetails_AfterAHeartbeatTimeout_ReachTheNextAttempt() => PlayAsync(async stage =>
    {
        var gate = new Gate();
        stage.WaitingActivity("Resuming", async _ =>
        {
            var context = ActivityExecutionContext.Current;
            if (context.Info.Attempt == 1)
            {
                context.Heartbeat("row 7");
                await gate.PassAsync(context.CancellationToken);
            }

            return await context.Info.HeartbeatDetailAtAsync<string>(0);
        });
        stage.Workflow("Main", _ => ScriptWorkflow.CallAsync(
            "Resuming", new() { StartToCloseTimeout = ScriptWorkflow.Long, HeartbeatTimeout = Seconds, RetryPolicy = Quick }));

        await stage.WorkAsync(async () =>
        {
            await stage.EndAsync(await stage.StartAsync("Main"));
            gate.Open();
        });
    });

    [Fact]
    public Task HeartbeatDetails_OfTheLastAttempt_TravelWithTheTimeout() => PlayAsync(async stage =>
    {
        var gate = new Gate();
        stage.WaitingActivity("Silent", async _ =>
        {
            ActivityExecutionContext.Current.Heartbeat("row 9");
            await gate.PassAsync(ActivityExecutionContext.Current.CancellationToken);
            return null;
        });
        stage.Workflow("Main", _ => ScriptWorkflow.CallAsync(
            "Silent", new() { StartToCloseTimeout = ScriptWorkflow.Long, HeartbeatTimeout = Seconds, RetryPolicy = Once }));

        await stage.WorkAsync(async () =>
        {
            await stage.EndAsync(await stage.StartAsync("Main"));
            gate.Open();
        });
    });

    private Task EndsByTimeout(ActivityOptions options, [System.Runtime.CompilerServices.CallerMemberName] string name = "") => PlayAsync(
        async stage =>
        {
            var gate = new Gate();
            stage.WaitingActivity("Slow", async _ =>
            {
                await gate.PassAsync(ActivityExecutionContext.Current.CancellationToken);
                return null;
            });
            stage.Workflow("Main", _ => ScriptWorkflow.CallAsync("Slow", options));

            await stage.WorkAsync(async () =>
            {
                await stage.EndAsync(await stage.StartAsync("Main"));
                gate.Open();
            });
        },
        name);
}

public sealed class ActivityTimeoutCasesOnEngine(EngineFixture engine) : ActivityTimeoutCases(engine);

public sealed class ActivityTimeoutCasesOnServer(TemporalServerFixture server) : ActivityTimeoutCases(server);
