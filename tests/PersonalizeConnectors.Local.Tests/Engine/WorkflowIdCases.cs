using PersonalizeConnectors.Local.Tests.Engine.Harness;
using PersonalizeConnectors.Tests.Shared;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Local.Tests.Engine;

public abstract class WorkflowIdCases(ITemporalServer server) : ConformanceTests(server)
{
    [Fact]
    public Task Start_TakenId_ThrowsAlreadyStartedWithTheRun() => PlayAsync(async stage =>
    {
        Declare(stage);
        var first = await stage.StartAsync("Main");

        var taken = await Assert.ThrowsAsync<WorkflowAlreadyStartedException>(() => stage.StartAsync("Main"));

        Assert.Equal(first.ResultRunId, taken.RunId);
        stage.Transcript.Note(Transcript.Of(taken));
        await first.TerminateAsync();
    });

    [Theory]
    [InlineData(WorkflowIdConflictPolicy.Fail)]
    [InlineData(WorkflowIdConflictPolicy.UseExisting)]
    [InlineData(WorkflowIdConflictPolicy.TerminateExisting)]
    public Task Start_TakenId_FollowsTheConflictPolicy(WorkflowIdConflictPolicy policy) => PlayAsync(
        async stage =>
        {
            Declare(stage);

            await stage.WorkAsync(async () =>
            {
                var first = await stage.StartAsync("Main");
                await Stage.IdleAsync(first);
                await stage.NoteAsync("second start", async () =>
                {
                    var second = await stage.StartAsync("Main", options => options.IdConflictPolicy = policy);
                    return $"the same run: {second.ResultRunId == first.ResultRunId}";
                });
                await stage.Handle("Main").SignalAsync("Signal", ["go"]);
                await stage.ResultAsync(stage.Handle("Main"));
                await stage.HistoryAsync(stage.Handle("Main", first.ResultRunId));
            });
        },
        $"{nameof(Start_TakenId_FollowsTheConflictPolicy)}.{policy}");

    [Theory]
    [InlineData(WorkflowIdReusePolicy.AllowDuplicate, "complete")]
    [InlineData(WorkflowIdReusePolicy.AllowDuplicate, "fail")]
    [InlineData(WorkflowIdReusePolicy.AllowDuplicateFailedOnly, "complete")]
    [InlineData(WorkflowIdReusePolicy.AllowDuplicateFailedOnly, "fail")]
    [InlineData(WorkflowIdReusePolicy.RejectDuplicate, "complete")]
    [InlineData(WorkflowIdReusePolicy.RejectDuplicate, "fail")]
    public Task Start_UsedId_FollowsTheReusePolicy(WorkflowIdReusePolicy policy, string end) => PlayAsync(
        async stage =>
        {
            Declare(stage);

            await stage.WorkAsync(async () =>
            {
                var first = await stage.StartAsync("Main", options => options.SignalWithStart("Signal", ["go"]), end);
                await stage.ResultAsync(first);
                await stage.NoteAsync("second start", async () =>
                {
                    var second = await stage.StartAsync(
                        "Main",
                        options =>
                        {
                            options.IdReusePolicy = policy;
                            options.SignalWithStart("Signal", ["go"]);
                        });
                    await stage.ResultAsync(second);
                    return $"the same run: {second.ResultRunId == first.ResultRunId}";
                });
            });
        },
        $"{nameof(Start_UsedId_FollowsTheReusePolicy)}.{policy}.{end}");

    [Fact]
    public Task Start_RepeatedRequest_IsTheSameRun() => PlayAsync(async stage =>
    {
        Declare(stage);
        var request = new StartWorkflowExecutionRequest
        {
            Namespace = stage.Client.Options.Namespace,
            WorkflowId = stage.Id("Main"),
            WorkflowType = new() { Name = "Main" },
            TaskQueue = new() { Name = stage.Queue },
            RequestId = Guid.NewGuid().ToString(),
        };
        var first = await stage.Client.WorkflowService.StartWorkflowExecutionAsync(request);
        var second = await stage.Client.WorkflowService.StartWorkflowExecutionAsync(request);
        stage.Transcript.Note($"the same run: {second.RunId == first.RunId}");
        await stage.Handle("Main").TerminateAsync();
    });

    private static void Declare(Stage stage) => stage.Workflow("Main", async script =>
    {
        await script.UntilAsync("go");
        return script.Input == "fail" ? throw new ApplicationFailureException("failed") : "done";
    });
}

public sealed class WorkflowIdCasesOnEngine(EngineFixture engine) : WorkflowIdCases(engine);

public sealed class WorkflowIdCasesOnServer(TemporalServerFixture server) : WorkflowIdCases(server);
