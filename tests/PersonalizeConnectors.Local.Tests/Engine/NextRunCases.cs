using PersonalizeConnectors.Local.Tests.Engine.Harness;
using PersonalizeConnectors.Tests.Shared;
using Temporalio.Api.Enums.V1;
using Temporalio.Common;
using Temporalio.Exceptions;
using Temporalio.Workflows;
using ParentClosePolicy = Temporalio.Workflows.ParentClosePolicy;

namespace PersonalizeConnectors.Local.Tests.Engine;

/// <summary>Runs that another run of the same workflow follows.</summary>
public abstract class NextRunCases(ITemporalServer server) : ConformanceTests(server)
{
    [Fact]
    public Task Workflow_ContinuesAsNew_ItsResultIsThatOfTheLastRun() => PlayAsync(async stage =>
    {
        stage.Workflow("Main", script => script.Input?.Length < 3
            ? throw Workflow.CreateContinueAsNewException("Main", [script.Input + "*"], new() { Memo = new Dictionary<string, object> { ["round"] = script.Input!.Length } })
            : Task.FromResult(script.Input));

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main", options => options.Memo = new Dictionary<string, object> { ["first"] = "memo" }, "*");
            await stage.ResultAsync(main);
            await stage.ResultAsync(main, followRuns: false);
            await stage.HistoryAsync(stage.Handle("Main", main.ResultRunId));
            await stage.HistoryAsync(stage.Handle("Main"));
        });
    });

    [Fact]
    public Task ContinueAsNew_MemoAndSearchAttributes_AreCarriedOver() => PlayAsync(async stage =>
    {
        var phase = SearchAttributeKey.CreateKeyword("ConnectorPhase");
        stage.Workflow("Main", script =>
        {
            if (script.Input is "first")
            {
                Workflow.UpsertTypedSearchAttributes(phase.ValueSet("Load"));
                throw Workflow.CreateContinueAsNewException("Main", ["second"]);
            }

            return Task.FromResult<string?>($"{Workflow.Memo.Count} memo fields, {Workflow.TypedSearchAttributes.Get(phase)}");
        });

        await stage.WorkAsync(async () => await stage.EndAsync(await stage.StartAsync(
            "Main", options => options.Memo = new Dictionary<string, object> { ["kept"] = "memo" }, "first")));
    });

    [Fact]
    public Task Signal_WhileTheWorkflowContinuesAsNew_IsHandledByTheOldRun() => PlayAsync(async stage =>
    {
        var gate = new Gate();
        stage.WaitingActivity("Local", async _ =>
        {
            await gate.PassAsync();
            return null;
        });
        stage.Workflow("Main", async script =>
        {
            if (script.Input is null)
            {
                await Workflow.ExecuteLocalActivityAsync<string?>("Local", [null], new() { StartToCloseTimeout = ScriptWorkflow.Long });
                throw Workflow.CreateContinueAsNewException("Main", [$"{script.Signals.Count} signals"]);
            }

            return script.Input;
        });

        await stage.WorkAsync(
            async () =>
            {
                var main = await stage.StartAsync("Main");
                await gate.Begun;
                await main.SignalAsync("Signal", ["late"]);
                gate.Open();
                await stage.ResultAsync(main);
                await stage.HistoryAsync(stage.Handle("Main", main.ResultRunId));
            },
            options => options.MaxCachedWorkflows = 0);
    });

    [Fact]
    public Task Signal_AfterContinueAsNew_ReachesTheNewRun() => PlayAsync(async stage =>
    {
        stage.Workflow("Main", async script =>
        {
            if (script.Input is null)
            {
                throw Workflow.CreateContinueAsNewException("Main", ["again"]);
            }

            await script.UntilAsync("go");
            return "signaled";
        });

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            await stage.ResultAsync(main, followRuns: false);
            await Stage.IdleAsync(stage.Handle("Main"));
            await stage.Handle("Main").SignalAsync("Signal", ["go"]);
            await stage.NoteAsync("signal to the closed run", () => stage.Handle("Main", main.ResultRunId).SignalAsync("Signal", ["go"]));
            await stage.ResultAsync(main);
        });
    });

    [Fact]
    public Task Child_ContinuesAsNew_TheParentLearnsTheLastResult() => PlayAsync(async stage =>
    {
        stage.Workflow("Child", async script =>
        {
            if (script.Input is null)
            {
                throw Workflow.CreateContinueAsNewException("Child", ["again"]);
            }

            await script.UntilAsync("go");
            return "from the second run";
        });
        stage.Workflow("Main", _ => ScriptWorkflow.ChildAsync("Child", new() { Id = stage.Id("Child") }));

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            var child = stage.Handle("Child");
            await Stage.UntilAsync(child, events => events[^1].EventType is EventType.WorkflowTaskCompleted && events[0].WorkflowExecutionStartedEventAttributes.ContinuedExecutionRunId.Length > 0);
            await Stage.UntilAsync(main, events => events[^1].EventType is EventType.WorkflowTaskCompleted && events.Any(e => e.EventType is EventType.ChildWorkflowExecutionStarted));
            await child.SignalAsync("Signal", ["go"]);
            await stage.EndAsync(main);
            await stage.HistoryAsync(child);
        });
    });

    [Theory]
    [InlineData(ParentClosePolicy.Terminate)]
    [InlineData(ParentClosePolicy.Abandon)]
    [InlineData(ParentClosePolicy.RequestCancel)]
    public Task Parent_ContinuesAsNew_TheChildFollowsThePolicy(ParentClosePolicy policy) => PlayAsync(
        async stage =>
        {
            stage.Workflow("Child", async script =>
            {
                await script.UntilAsync("go");
                return "child done";
            });
            stage.Workflow("Main", async script =>
            {
                if (script.Input is null)
                {
                    await Workflow.StartChildWorkflowAsync("Child", [null], new() { Id = stage.Id("Child"), ParentClosePolicy = policy });
                    await script.UntilAsync("next");
                    throw Workflow.CreateContinueAsNewException("Main", ["again"]);
                }

                return "main done";
            });

            await stage.WorkAsync(async () =>
            {
                var main = await stage.StartAsync("Main");
                var child = stage.Handle("Child");
                await Stage.IdleAsync(child);
                await Stage.UntilAsync(main, events => events[^1].EventType is EventType.WorkflowTaskCompleted && events.Any(e => e.EventType is EventType.ChildWorkflowExecutionStarted));
                await main.SignalAsync("Signal", ["next"]);
                await stage.ResultAsync(main);
                if (policy is ParentClosePolicy.Abandon)
                {
                    await child.SignalAsync("Signal", ["go"]);
                }

                await stage.EndAsync(child);
            });
        },
        $"{nameof(Parent_ContinuesAsNew_TheChildFollowsThePolicy)}.{policy}");

    [Fact]
    public Task Workflow_WithRetryPolicy_RunsAgain() => PlayAsync(async stage =>
    {
        stage.Workflow("Main", _ => Workflow.Info.Attempt < 2
            ? throw new ApplicationFailureException("not yet", errorType: "Busy")
            : Task.FromResult<string?>($"attempt {Workflow.Info.Attempt}"));

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main", options => options.RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(100), MaximumAttempts = 3 });
            await stage.ResultAsync(main);
            await stage.HistoryAsync(stage.Handle("Main", main.ResultRunId));
            await stage.HistoryAsync(stage.Handle("Main"));
        });
    });
}

public sealed class NextRunCasesOnEngine(EngineFixture engine) : NextRunCases(engine);

public sealed class NextRunCasesOnServer(TemporalServerFixture server) : NextRunCases(server);
