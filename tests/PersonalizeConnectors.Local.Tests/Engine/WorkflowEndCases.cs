using PersonalizeConnectors.Local.Tests.Engine.Harness;
using PersonalizeConnectors.Tests.Shared;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Local.Tests.Engine;

/// <summary>How a workflow ends, or is kept from ending.</summary>
public abstract class WorkflowEndCases(ITemporalServer server) : ConformanceTests(server)
{
    [Fact]
    public Task Workflow_ThrowsAFailure_Fails() => PlayAsync(async stage =>
    {
        stage.Workflow("Main", _ => throw new ApplicationFailureException(
            "broken", new ApplicationFailureException("the cause"), errorType: "Bad", nonRetryable: true, details: ["why"]));

        await stage.WorkAsync(async () => await stage.EndAsync(await stage.StartAsync("Main")));
    });

    [Fact]
    public Task Workflow_ThrowsWhatIsNoFailure_FailsItsTaskUntilItIsMended() => PlayAsync(async stage =>
    {
        // A failed workflow task makes the worker forget the run, so the next attempt runs the body anew.
        var runs = 0;
        stage.Workflow("Main", async _ =>
        {
            var run = Interlocked.Increment(ref runs);
            await Workflow.DelayAsync(TimeSpan.FromMilliseconds(100));
            return run == 1 ? throw new InvalidOperationException("a bug") : "mended";
        });

        await stage.WorkAsync(async () => await stage.EndAsync(await stage.StartAsync("Main")));
    });

    [Fact]
    public Task Workflow_UnknownToTheWorker_FailsItsTask() => PlayAsync(async stage =>
    {
        stage.Workflow("Other", _ => Task.FromResult<string?>(null));

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            await Stage.UntilAsync(main, EventType.WorkflowTaskFailed);
            await stage.FirstFailedTaskAsync(main);
            await main.TerminateAsync();
        });
    });

    [Theory]
    [InlineData("run")]
    [InlineData("execution")]
    public Task Workflow_RunsTooLong_TimesOut(string limit) => PlayAsync(
        async stage =>
        {
            DeclareWaiting(stage);

            await stage.WorkAsync(async () =>
            {
                var main = await stage.StartAsync("Main", options =>
                {
                    options.RunTimeout = limit == "run" ? TimeSpan.FromSeconds(4) : null;
                    options.ExecutionTimeout = limit == "execution" ? TimeSpan.FromSeconds(4) : null;
                });
                await stage.EndAsync(main);
            });
        },
        $"{nameof(Workflow_RunsTooLong_TimesOut)}.{limit}");

    [Fact]
    public Task Cancel_Waiting_EndsCanceled() => PlayAsync(async stage =>
    {
        DeclareWaiting(stage);

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            await Stage.IdleAsync(main);
            await main.CancelAsync();
            await stage.NoteAsync("cancel again", () => main.CancelAsync());
            await stage.ResultAsync(main);
        });
    });

    [Fact]
    public Task Cancel_BeforeTheFirstWorkflowTask_EndsCanceled() => PlayAsync(async stage =>
    {
        DeclareWaiting(stage);
        var main = await stage.StartAsync("Main");
        await main.CancelAsync();

        await stage.WorkAsync(() => stage.EndAsync(main));
    });

    [Fact]
    public Task Cancel_Ignored_TheWorkflowCompletes() => PlayAsync(async stage =>
    {
        stage.Workflow("Main", async script =>
        {
            await script.UntilAnywayAsync("go");
            return $"canceled: {Workflow.CancellationToken.IsCancellationRequested}";
        });

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            await Stage.IdleAsync(main);
            await main.CancelAsync();
            await Stage.UntilAsync(main, events => events[^1].EventType == EventType.WorkflowTaskCompleted && events.Any(e => e.EventType == EventType.WorkflowExecutionCancelRequested));
            await main.SignalAsync("Signal", ["go"]);
            await stage.EndAsync(main);
        });
    });

    [Fact]
    public Task Cancel_WithTimerInCleanUp_EndsCanceledAfterIt() => PlayAsync(async stage =>
    {
        stage.Workflow("Main", async script =>
        {
            try
            {
                await script.UntilAsync("never");
            }
            finally
            {
                await Workflow.DelayAsync(TimeSpan.FromMilliseconds(100), CancellationToken.None);
            }

            return null;
        });

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            await Stage.IdleAsync(main);
            await main.CancelAsync();
            await stage.EndAsync(main);
        });
    });

    [Fact]
    public Task Terminate_BeforeTheFirstWorkflowTask_EndsAtOnce() => PlayAsync(async stage =>
    {
        var main = await stage.StartAsync("Main");
        await main.TerminateAsync("changed my mind");

        await stage.EndAsync(main);
    });

    [Fact]
    public Task Result_AwaitedByASecondClient_IsTheSame() => PlayAsync(async stage =>
    {
        DeclareWaiting(stage);
        var second = await TemporalClient.ConnectAsync(new(stage.Client.Connection.Options.TargetHost!)
        {
            Namespace = stage.Client.Options.Namespace,
            DataConverter = stage.Client.Options.DataConverter,
        });

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            var results = Task.WhenAll(main.GetResultAsync<string?>(), second.GetWorkflowHandle(main.Id).GetResultAsync<string?>());
            await Stage.IdleAsync(main);
            await second.GetWorkflowHandle(main.Id).SignalAsync("Signal", ["go"]);
            stage.Transcript.Note(string.Join(',', await results));
        });
    });

    [Fact]
    public Task History_Awaited_ComesAsItGrows() => PlayAsync(async stage =>
    {
        DeclareWaiting(stage);

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            await foreach (var next in main.FetchHistoryEventsAsync(new() { WaitNewEvent = true }))
            {
                stage.Transcript.Note($"{next.EventId} {next.EventType}");
                if (next.EventType is EventType.WorkflowTaskCompleted && next.EventId < 6)
                {
                    await main.SignalAsync("Signal", ["go"]);
                }
            }

            await foreach (var close in main.FetchHistoryEventsAsync(new() { EventFilterType = HistoryEventFilterType.CloseEvent }))
            {
                stage.Transcript.Note($"the close event: {close.EventId} {close.EventType}");
            }
        });
    });

    private static void DeclareWaiting(Stage stage) => stage.Workflow("Main", async script =>
    {
        await script.UntilAsync("go");
        return "done";
    });
}

public sealed class WorkflowEndCasesOnEngine(EngineFixture engine) : WorkflowEndCases(engine);

public sealed class WorkflowEndCasesOnServer(TemporalServerFixture server) : WorkflowEndCases(server);
