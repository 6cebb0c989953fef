using PersonalizeConnectors.Local.Tests.Engine.Harness;
using PersonalizeConnectors.Tests.Shared;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Local.Tests.Engine;

public abstract class QueryCases(ITemporalServer server) : ConformanceTests(server)
{
    [Fact]
    public Task Query_OpenThenClosed_AnswersFromTheState() => PlayAsync(async stage =>
    {
        Declare(stage);

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            await stage.NoteAsync("at once", () => StateAsync(main));
            await Stage.IdleAsync(main);
            await stage.NoteAsync("open", () => StateAsync(main));
            await main.SignalAsync("Signal", ["end"]);
            await stage.EndAsync(main);
            await stage.NoteAsync("closed", () => StateAsync(main));
        });
    });

    [Fact]
    public Task Query_ClosedAndForgottenByTheWorker_ReplaysTheHistory() => PlayAsync(async stage =>
    {
        Declare(stage);
        var main = await stage.StartAsync("Main");
        await stage.WorkAsync(async () =>
        {
            await main.SignalAsync("Signal", ["end"]);
            await stage.ResultAsync(main);
        });

        await stage.WorkAsync(() => stage.NoteAsync("closed", () => StateAsync(main)));
    });

    [Fact]
    public Task Query_Unknown_Fails() => PlayAsync(async stage =>
    {
        Declare(stage);

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            await Stage.IdleAsync(main);
            await stage.NoteAsync("unknown query", () => main.QueryAsync<string?>("Nonsense", []));
            await main.TerminateAsync();
        });
    });

    [Fact]
    public Task Query_Fails_TheCallerLearnsWhy() => PlayAsync(async stage =>
    {
        Declare(stage);

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            await Stage.IdleAsync(main);
            var failed = await Assert.ThrowsAsync<WorkflowQueryFailedException>(() => main.QueryAsync<string?>("Fail", []));
            stage.Transcript.Note(failed.Message);
            await main.SignalAsync("Signal", ["end"]);
            await stage.EndAsync(main);
        });
    });

    [Fact]
    public Task Query_NoWorker_EndsWithTheCallersDeadline() => PlayAsync(async stage =>
    {
        Declare(stage);
        var main = await stage.StartAsync("Main");
        await stage.WorkAsync(() => Stage.IdleAsync(main), options => options.MaxCachedWorkflows = 0);

        var unanswered = await Assert.ThrowsAsync<RpcException>(() => main.QueryAsync<string?>("State", [], new() { Rpc = new() { Timeout = TimeSpan.FromSeconds(1) } }));

        // Who gives up first, the caller or the server on the caller's behalf, is a matter of milliseconds.
        Assert.True(unanswered.Code is RpcException.StatusCode.Cancelled or RpcException.StatusCode.DeadlineExceeded, $"{unanswered.Code}: {unanswered.Message}");
        stage.Transcript.Note("no answer");
        await main.TerminateAsync();
    });

    [Fact]
    public Task Query_Terminated_StillAnswers() => PlayAsync(async stage =>
    {
        Declare(stage);

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            await Stage.IdleAsync(main);
            await main.TerminateAsync();
            await stage.NoteAsync("terminated", () => StateAsync(main));
        });
    });

    [Fact]
    public Task Query_RejectCondition_IsHonoured() => PlayAsync(async stage =>
    {
        Declare(stage);

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main", options => options.SignalWithStart("Signal", ["end"]));
            await stage.ResultAsync(main);
            await stage.NoteAsync("not open", () => main.QueryAsync<string?>(
                "State", [], new() { RejectCondition = Temporalio.Api.Enums.V1.QueryRejectCondition.NotOpen }));
        });
    });

    private static Task<string?> StateAsync(WorkflowHandle handle) => handle.QueryAsync<string?>("State", []);

    private static void Declare(Stage stage) => stage.Workflow("Main", async script =>
    {
        script.State = "waiting";
        await script.UntilAsync("end");
        script.State = "ended";
        return null;
    });
}

public sealed class QueryCasesOnEngine(EngineFixture engine) : QueryCases(engine);

public sealed class QueryCasesOnServer(TemporalServerFixture server) : QueryCases(server);
