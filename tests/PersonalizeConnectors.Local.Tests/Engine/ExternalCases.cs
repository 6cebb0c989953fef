using PersonalizeConnectors.Local.Tests.Engine.Harness;
using PersonalizeConnectors.Tests.Shared;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Local.Tests.Engine;

/// <summary>Workflows that signal and cancel others which are not their children.</summary>
public abstract class ExternalCases(ITemporalServer server) : ConformanceTests(server)
{
    [Fact]
    public Task Signal_Running_Arrives() => PlayAsync(async stage =>
    {
        Declare(stage, target => target.SignalAsync("Signal", ["go"]));

        await stage.WorkAsync(async () =>
        {
            var target = await stage.StartAsync("Target");
            await Stage.IdleAsync(target);
            await stage.EndAsync(await stage.StartAsync("Main"));
            await stage.EndAsync(target);
        });
    });

    [Fact]
    public Task Cancel_Running_Arrives() => PlayAsync(async stage =>
    {
        Declare(stage, target => target.CancelAsync());

        await stage.WorkAsync(async () =>
        {
            var target = await stage.StartAsync("Target");
            await Stage.IdleAsync(target);
            await stage.EndAsync(await stage.StartAsync("Main"));
            await stage.EndAsync(target);
        });
    });

    [Fact]
    public Task Signal_Missing_Fails() => PlayAsync(async stage =>
    {
        Declare(stage, target => target.SignalAsync("Signal", ["go"]));

        await stage.WorkAsync(async () => await stage.EndAsync(await stage.StartAsync("Main")));
    });

    [Fact]
    public Task Cancel_Missing_Fails() => PlayAsync(async stage =>
    {
        Declare(stage, target => target.CancelAsync());

        await stage.WorkAsync(async () => await stage.EndAsync(await stage.StartAsync("Main")));
    });

    [Fact]
    public Task Signal_Completed_Fails() => PlayAsync(async stage =>
    {
        Declare(stage, target => target.SignalAsync("Signal", ["go"]));

        await stage.WorkAsync(async () =>
        {
            await stage.ResultAsync(await stage.StartAsync("Target", options => options.SignalWithStart("Signal", ["go"])));
            await stage.EndAsync(await stage.StartAsync("Main"));
        });
    });

    [Fact]
    public Task Signal_ToTheChild_Arrives() => PlayAsync(async stage =>
    {
        stage.Workflow("Child", async script =>
        {
            await script.UntilAsync("go");
            await script.UntilAsync("end");
            return "child done";
        });
        stage.Workflow("Main", async _ =>
        {
            var child = await Workflow.StartChildWorkflowAsync("Child", [null], new() { Id = stage.Id("Child") });
            await child.SignalAsync("Signal", ["go"]);
            return await child.GetResultAsync<string?>();
        });

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            var child = stage.Handle("Child");
            await Stage.UntilAsync(main, events => events[^1].EventType is Temporalio.Api.Enums.V1.EventType.WorkflowTaskCompleted
                && events.Any(e => e.EventType is Temporalio.Api.Enums.V1.EventType.ExternalWorkflowExecutionSignaled));
            await child.SignalAsync("Signal", ["end"]);
            await stage.EndAsync(main);
        });
    });

    private static void Declare(Stage stage, Func<ExternalWorkflowHandle, Task> call)
    {
        stage.Workflow("Target", async script =>
        {
            await script.UntilAsync("go");
            return string.Join(',', script.Signals);
        });
        stage.Workflow("Main", async _ =>
        {
            try
            {
                await call(Workflow.GetExternalWorkflowHandle(stage.Id("Target")));
                return "delivered";
            }
            catch (ApplicationFailureException e)
            {
                return $"{e.ErrorType}: {e.Message}";
            }
        });
    }
}

public sealed class ExternalCasesOnEngine(EngineFixture engine) : ExternalCases(engine);

public sealed class ExternalCasesOnServer(TemporalServerFixture server) : ExternalCases(server);
