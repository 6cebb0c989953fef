using PersonalizeConnectors.Local.Tests.Engine.Harness;
using PersonalizeConnectors.Tests.Shared;
using Temporalio.Activities;
using Temporalio.Api.Enums.V1;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Local.Tests.Engine;

/// <summary>Workers that come and go, and what a worker writes into history for itself.</summary>
public abstract class WorkerCases(ITemporalServer server) : ConformanceTests(server)
{
    [Fact]
    public Task Shutdown_InTheMiddleOfAnActivity_AnotherWorkerTakesOver() => PlayAsync(async stage =>
    {
        var gate = new Gate();
        stage.WaitingActivity("Long", async _ =>
        {
            var context = ActivityExecutionContext.Current;
            if (context.Info.Attempt > 1)
            {
                return $"attempt {context.Info.Attempt} from {await context.Info.HeartbeatDetailAtAsync<string>(0)}";
            }

            context.Heartbeat("half way");
            await gate.PassAsync(context.CancellationToken);
            return "never";
        });
        stage.Workflow("Main", _ => ScriptWorkflow.CallAsync("Long", new()
        {
            StartToCloseTimeout = ScriptWorkflow.Long,
            HeartbeatTimeout = TimeSpan.FromSeconds(30),
            RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(50) },
        }));
        var main = await stage.StartAsync("Main");

        await stage.WorkAsync(() => gate.Begun, options => options.MaxCachedWorkflows = 0);
        await stage.WorkAsync(() => stage.EndAsync(main));
    });

    [Fact]
    public Task Shutdown_BetweenWorkflowTasks_AnotherWorkerReplays() => PlayAsync(async stage =>
    {
        stage.Activity("Act", _ => "acted");
        stage.Workflow("Main", async script =>
        {
            var result = await ScriptWorkflow.CallAsync("Act", new() { StartToCloseTimeout = ScriptWorkflow.Long });
            await script.UntilAsync("go");
            return result;
        });
        var main = await stage.StartAsync("Main");

        await stage.WorkAsync(
            async () =>
            {
                await Stage.UntilAsync(main, EventType.ActivityTaskCompleted);
                await Stage.IdleAsync(main);
            },
            options => options.MaxCachedWorkflows = 0);
        await main.SignalAsync("Signal", ["go"]);
        await stage.WorkAsync(() => stage.EndAsync(main));
    });

    [Fact]
    public Task Workflow_ForgottenByItsWorker_IsReplayedFromItsHistory() => PlayAsync(async stage =>
    {
        stage.Workflow("Main", async script =>
        {
            var rounds = 0;
            foreach (var signal in new[] { "1", "2", "3" })
            {
                await script.UntilAsync(signal);
                await Workflow.DelayAsync(TimeSpan.FromMilliseconds(20));
                rounds++;
            }

            return $"{rounds} rounds";
        });

        await stage.WorkAsync(
            async () =>
            {
                var main = await stage.StartAsync("Main");
                for (var round = 1; round <= 3; round++)
                {
                    await Stage.IdleAsync(main);
                    await main.SignalAsync("Signal", [$"{round}"]);
                    await Stage.UntilAsync(main, events => events.Count(e => e.EventType == EventType.TimerFired) == round);
                }

                await stage.EndAsync(main);
            },
            options => options.MaxCachedWorkflows = 0);
    });

    [Fact]
    public Task Patched_AndLocalActivity_LeaveMarkers() => PlayAsync(async stage =>
    {
        stage.Activity("Local", input => $"local {input}");
        stage.Workflow("Main", async _ =>
        {
            var patched = Workflow.Patched("a-change");
            var local = await Workflow.ExecuteLocalActivityAsync<string>("Local", ["x"], new() { StartToCloseTimeout = ScriptWorkflow.Long });
            return $"{patched} {local}";
        });

        await stage.WorkAsync(async () => await stage.EndAsync(await stage.StartAsync("Main")));
    });

    [Fact]
    public Task Random_InAReplay_IsTheSame() => PlayAsync(async stage =>
    {
        stage.Workflow("Main", async script =>
        {
            script.State = $"{Workflow.NewGuid()} {Workflow.Random.Next()}";
            await script.UntilAsync("end");
            return null;
        });
        var main = await stage.StartAsync("Main");
        string? before = null;
        await stage.WorkAsync(async () => before = await main.QueryAsync<string>("State", []), options => options.MaxCachedWorkflows = 0);

        await stage.WorkAsync(async () => Assert.Equal(before, await main.QueryAsync<string>("State", [])));

        stage.Transcript.Note("the same");
        await main.TerminateAsync();
    });

    [Fact]
    public Task LocalActivity_LongerThanAWorkflowTask_KeepsTheTaskAlive() => PlayAsync(async stage =>
    {
        stage.WaitingActivity("Local", async _ =>
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(6));
            await timer.WaitForNextTickAsync(CancellationToken.None);
            return "slow";
        });
        stage.Workflow("Main", _ => Workflow.ExecuteLocalActivityAsync<string?>("Local", [null], new() { StartToCloseTimeout = ScriptWorkflow.Long }));

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main", options => options.TaskTimeout = TimeSpan.FromSeconds(5));
            await stage.EndAsync(main);
        });
    });

    [Fact]
    public Task Activities_Many_AllComplete() => PlayAsync(async stage =>
    {
        stage.Activity("Act", input => input);
        stage.Workflow("Main", async _ =>
        {
            var calls = Enumerable.Range(0, 100).Select(i => ScriptWorkflow.CallAsync("Act", new() { StartToCloseTimeout = ScriptWorkflow.Long }, $"{i}"));
            var results = await Workflow.WhenAllAsync(calls);
            return $"{results.Distinct().Count()} results";
        });

        await stage.WorkAsync(async () => await stage.ResultAsync(await stage.StartAsync("Main")));
    });

    [Fact]
    public Task Workflow_ThatCannotReplay_FailsItsTaskForNonDeterminism() => PlayAsync(async stage =>
    {
        var timer = true;
        stage.Workflow("Main", async script =>
        {
            await (Volatile.Read(ref timer) ? Workflow.DelayAsync(TimeSpan.FromHours(1)) : ScriptWorkflow.CallAsync("Act", new() { StartToCloseTimeout = ScriptWorkflow.Long }));
            return null;
        });
        var main = await stage.StartAsync("Main");
        await stage.WorkAsync(() => Stage.IdleAsync(main), options => options.MaxCachedWorkflows = 0);
        Volatile.Write(ref timer, false);
        await main.SignalAsync("Signal", ["look"]);

        await stage.WorkAsync(async () =>
        {
            await Stage.UntilAsync(main, EventType.WorkflowTaskFailed);
            await stage.FirstFailedTaskAsync(main);
            await main.TerminateAsync();
        });
    });
}

public sealed class WorkerCasesOnEngine(EngineFixture engine) : WorkerCases(engine);

public sealed class WorkerCasesOnServer(TemporalServerFixture server) : WorkerCases(server);
