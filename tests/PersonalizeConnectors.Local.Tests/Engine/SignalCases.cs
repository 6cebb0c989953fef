using PersonalizeConnectors.Local.Tests.Engine.Harness;
using PersonalizeConnectors.Tests.Shared;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Local.Tests.Engine;

public abstract class SignalCases(ITemporalServer server) : ConformanceTests(server)
{
    private static readonly TimeSpan StartDelay = TimeSpan.FromSeconds(1);

    [Fact]
    public Task Signals_BeforeTheFirstWorkflowTask_AreHandledInIt() => PlayAsync(async stage =>
    {
        Declare(stage);
        var main = await stage.StartAsync("Main");
        await main.SignalAsync("Signal", ["one"]);
        await main.SignalAsync("Signal", ["end"]);

        await stage.WorkAsync(() => stage.EndAsync(main));
    });

    [Fact]
    public Task Signals_BetweenWorkflowTasks_EachSchedulesOne() => PlayAsync(async stage =>
    {
        Declare(stage);

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            foreach (var signal in new[] { "one", "end" })
            {
                await Stage.IdleAsync(main);
                await main.SignalAsync("Signal", [signal]);
                await Stage.UntilAsync(main, events => events.Any(e => e.WorkflowExecutionSignaledEventAttributes?.Input.Payloads_[0].Data.ToStringUtf8().Contains(signal, StringComparison.Ordinal) is true));
            }

            await stage.EndAsync(main);
        });
    });

    [Fact]
    public Task Signal_DuringAWorkflowTask_ComesAfterItsCompletion() => PlayAsync(async stage =>
    {
        // A local activity keeps the workflow task under way while the signal comes.
        var gate = new Gate();
        stage.WaitingActivity("Local", async _ =>
        {
            await gate.PassAsync();
            return null;
        });
        stage.Workflow("Main", async script =>
        {
            await Workflow.ExecuteLocalActivityAsync<string?>("Local", [null], new() { StartToCloseTimeout = ScriptWorkflow.Long });
            script.State = "local activity done";
            await script.UntilAsync("end");
            return script.State;
        });

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            await gate.Begun;
            await main.SignalAsync("Signal", ["end"]);
            gate.Open();
            await stage.EndAsync(main);
        });
    });

    [Fact]
    public Task Signal_WhileTheWorkflowCompletes_MakesItLookAgain() => PlayAsync(async stage =>
    {
        var gate = new Gate();
        stage.WaitingActivity("Local", async _ =>
        {
            await gate.PassAsync();
            return null;
        });
        stage.Workflow("Main", async script =>
        {
            await Workflow.ExecuteLocalActivityAsync<string?>("Local", [null], new() { StartToCloseTimeout = ScriptWorkflow.Long });
            return $"{script.Signals.Count} signals";
        });

        await stage.WorkAsync(
            async () =>
            {
                var main = await stage.StartAsync("Main");
                await gate.Begun;
                await main.SignalAsync("Signal", ["late"]);
                gate.Open();
                await stage.EndAsync(main);
            },
            options => options.MaxCachedWorkflows = 0);
    });

    [Fact]
    public Task Signal_DuringTheStartDelay_WaitsForItsEnd() => PlayAsync(async stage =>
    {
        Declare(stage);

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main", options => options.StartDelay = StartDelay);
            await main.SignalAsync("Signal", ["one"]);
            await Stage.UntilAsync(main, EventType.WorkflowTaskCompleted);
            await main.SignalAsync("Signal", ["end"]);
            await stage.EndAsync(main);
            await NoteDelayAsync(stage, main);
        });
    });

    [Fact]
    public Task SignalWithStart_StartDelay_WaitsForItsEnd() => PlayAsync(async stage =>
    {
        Declare(stage);

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main", options =>
            {
                options.StartDelay = StartDelay;
                options.SignalWithStart("Signal", ["end"]);
            });
            await stage.EndAsync(main);
            await NoteDelayAsync(stage, main);
        });
    });

    [Fact]
    public Task Cancel_DuringTheStartDelay_IsSeenAtOnce() => PlayAsync(async stage =>
    {
        Declare(stage);

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main", options => options.StartDelay = StartDelay);
            await main.CancelAsync();
            await stage.EndAsync(main);
            await NoteDelayAsync(stage, main);
        });
    });

    [Fact]
    public Task SignalWithStart_Missing_StartsIt() => PlayAsync(async stage =>
    {
        Declare(stage);
        var main = await stage.StartAsync("Main", options => options.SignalWithStart("Signal", ["one"]));
        await main.SignalAsync("Signal", ["end"]);

        await stage.WorkAsync(() => stage.EndAsync(main));
    });

    [Fact]
    public Task SignalWithStart_Running_SignalsIt() => PlayAsync(async stage =>
    {
        Declare(stage);

        await stage.WorkAsync(async () =>
        {
            var first = await stage.StartAsync("Main");
            await Stage.IdleAsync(first);
            var second = await stage.StartAsync("Main", options => options.SignalWithStart("Signal", ["end"]));
            stage.Transcript.Note($"the same run: {first.ResultRunId == second.ResultRunId}");
            await stage.EndAsync(first);
        });
    });

    [Fact]
    public Task SignalWithStart_Completed_StartsANewRun() => PlayAsync(async stage =>
    {
        Declare(stage);

        await stage.WorkAsync(async () =>
        {
            var first = await stage.StartAsync("Main", options => options.SignalWithStart("Signal", ["end"]));
            await stage.ResultAsync(first);
            var second = await stage.StartAsync("Main", options => options.SignalWithStart("Signal", ["end"]));
            await stage.EndAsync(second);
            stage.Transcript.Note($"the same run: {first.ResultRunId == second.ResultRunId}");
        });
    });

    [Fact]
    public Task Signal_UnknownToTheWorkflow_IsKeptInHistory() => PlayAsync(async stage =>
    {
        Declare(stage);
        var main = await stage.StartAsync("Main");
        await main.SignalAsync("Nonsense", ["one"]);
        await main.SignalAsync("Signal", ["end"]);

        await stage.WorkAsync(() => stage.EndAsync(main));
    });

    [Fact]
    public Task Signal_Completed_IsNotFound() => PlayAsync(async stage =>
    {
        Declare(stage);
        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main", options => options.SignalWithStart("Signal", ["end"]));
            await stage.ResultAsync(main);
            await stage.NoteAsync("signal", () => main.SignalAsync("Signal", ["late"]));
            await stage.NoteAsync("cancel", () => main.CancelAsync());
            await stage.NoteAsync("terminate", () => main.TerminateAsync());
            Assert.DoesNotContain((await main.FetchHistoryAsync()).Events, e => e.EventType == EventType.WorkflowExecutionTerminated);
        });
    });

    [Fact]
    public Task Unknown_Workflow_IsNotFound() => PlayAsync(async stage =>
    {
        var missing = stage.Handle("missing");
        await stage.NoteAsync("signal", () => missing.SignalAsync("Signal", ["x"]));
        await stage.NoteAsync("cancel", () => missing.CancelAsync());
        await stage.NoteAsync("terminate", () => missing.TerminateAsync());
        await stage.NoteAsync("describe", () => missing.DescribeAsync());
        await stage.NoteAsync("query", () => missing.QueryAsync<string?>("State", []));
        await stage.NoteAsync("history", () => missing.FetchHistoryAsync());
        await stage.NoteAsync("result", () => missing.GetResultAsync());
        await stage.NoteAsync("a run id that is none", () => stage.Handle("missing", "no-run").DescribeAsync());
        await stage.NoteAsync("a run id of no run", () => stage.Handle("missing", Guid.NewGuid().ToString()).DescribeAsync());
    });

    private static async Task NoteDelayAsync(Stage stage, WorkflowHandle handle)
    {
        var events = (await handle.FetchHistoryAsync()).Events;
        var wait = events.First(e => e.EventType == EventType.WorkflowTaskScheduled).EventTime.ToDateTimeOffset() - events.First().EventTime.ToDateTimeOffset();
        stage.Transcript.Note($"the first task waits for the delay: {wait >= StartDelay * 0.9}");
    }

    private static void Declare(Stage stage) => stage.Workflow("Main", async script =>
    {
        await script.UntilAsync("end");
        return string.Join(',', script.Signals);
    });
}

public sealed class SignalCasesOnEngine(EngineFixture engine) : SignalCases(engine);

public sealed class SignalCasesOnServer(TemporalServerFixture server) : SignalCases(server);
