using PersonalizeConnectors.Local.Tests.Engine.Harness;
using PersonalizeConnectors.Tests.Shared;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Workflows;
using ParentClosePolicy = Temporalio.Workflows.ParentClosePolicy;

namespace PersonalizeConnectors.Local.Tests.Engine;

public abstract class ChildCases(ITemporalServer server) : ConformanceTests(server)
{
    [Theory]
    [InlineData("succeed")]
    [InlineData("fail")]
    public Task Child_Ends_TheParentLearnsHow(string how) => PlayAsync(
        async stage =>
        {
            stage.Workflow("Child", async script =>
            {
                await script.UntilAsync("go");
                return script.Input == "fail" ? throw new ApplicationFailureException("the child failed", errorType: "Bad") : "from the child";
            });
            stage.Workflow("Parent", _ => ScriptWorkflow.ChildAsync("Child", new() { Id = stage.Id("Child") }, how));

            await stage.WorkAsync(async () =>
            {
                var (parent, child) = await StartBothAsync(stage);
                await child.SignalAsync("Signal", ["go"]);
                await stage.EndAsync(parent);
                await stage.HistoryAsync(child);
            });
        },
        $"{nameof(Child_Ends_TheParentLearnsHow)}.{how}");

    [Fact]
    public Task Child_Terminated_TheParentLearnsIt() => PlayAsync(async stage =>
    {
        DeclareWaitingChild(stage);
        stage.Workflow("Parent", _ => ScriptWorkflow.ChildAsync("Child", new() { Id = stage.Id("Child") }));

        await stage.WorkAsync(async () =>
        {
            var (parent, child) = await StartBothAsync(stage);
            await child.TerminateAsync();
            await stage.EndAsync(parent);
        });
    });

    [Fact]
    public Task Child_RunsIntoItsTimeout_TheParentLearnsIt() => PlayAsync(async stage =>
    {
        DeclareWaitingChild(stage);
        stage.Workflow("Parent", _ => ScriptWorkflow.ChildAsync("Child", new() { Id = stage.Id("Child"), RunTimeout = TimeSpan.FromSeconds(4) }));

        await stage.WorkAsync(async () =>
        {
            var (parent, child) = await StartBothAsync(stage);
            await stage.EndAsync(parent);
            await stage.HistoryAsync(child);
        });
    });

    [Theory]
    [InlineData(ParentClosePolicy.Terminate)]
    [InlineData(ParentClosePolicy.Abandon)]
    [InlineData(ParentClosePolicy.RequestCancel)]
    public Task ParentCompletes_TheChild_FollowsThePolicy(ParentClosePolicy policy) => ParentCloses(
        policy, parent => parent.SignalAsync("Signal", ["go"]), $"{nameof(ParentCompletes_TheChild_FollowsThePolicy)}.{policy}");

    [Theory]
    [InlineData(ParentClosePolicy.Terminate)]
    [InlineData(ParentClosePolicy.Abandon)]
    [InlineData(ParentClosePolicy.RequestCancel)]
    public Task ParentIsTerminated_TheChild_FollowsThePolicy(ParentClosePolicy policy) => ParentCloses(
        policy, parent => parent.TerminateAsync(), $"{nameof(ParentIsTerminated_TheChild_FollowsThePolicy)}.{policy}");

    [Theory]
    [InlineData(ParentClosePolicy.Terminate)]
    [InlineData(ParentClosePolicy.Abandon)]
    [InlineData(ParentClosePolicy.RequestCancel)]
    public Task ParentIsCanceled_TheChild_FollowsThePolicy(ParentClosePolicy policy) => ParentCloses(
        policy, parent => parent.CancelAsync(), $"{nameof(ParentIsCanceled_TheChild_FollowsThePolicy)}.{policy}");

    [Fact]
    public Task Child_IdIsTaken_ThrowsAlreadyStarted() => PlayAsync(async stage =>
    {
        DeclareWaitingChild(stage);
        stage.Workflow("Parent", _ => ScriptWorkflow.ChildAsync("Child", new() { Id = stage.Id("Child") }));

        await stage.WorkAsync(async () =>
        {
            var holder = await stage.StartAsync("Child");
            await Stage.IdleAsync(holder);
            var parent = await stage.StartAsync("Parent");
            await stage.EndAsync(parent);
            await holder.TerminateAsync();
        });
    });

    [Theory]
    [InlineData(WorkflowIdReusePolicy.AllowDuplicate)]
    [InlineData(WorkflowIdReusePolicy.AllowDuplicateFailedOnly)]
    [InlineData(WorkflowIdReusePolicy.RejectDuplicate)]
    public Task Child_IdWasUsed_FollowsTheReusePolicy(WorkflowIdReusePolicy policy) => PlayAsync(
        async stage =>
        {
            DeclareWaitingChild(stage);
            stage.Workflow("Parent", async _ =>
            {
                var options = new ChildWorkflowOptions { Id = stage.Id("Child"), IdReusePolicy = policy, ParentClosePolicy = ParentClosePolicy.Abandon };
                await Workflow.StartChildWorkflowAsync("Child", [null], options);
                return "started";
            });

            await stage.WorkAsync(async () =>
            {
                var first = await stage.StartAsync("Child", options => options.SignalWithStart("Signal", ["go"]));
                await stage.ResultAsync(first);
                await stage.ResultAsync(await stage.StartAsync("Parent"));
                await stage.NoteAsync("terminate", () => stage.Handle("Child").TerminateAsync());
            });
        },
        $"{nameof(Child_IdWasUsed_FollowsTheReusePolicy)}.{policy}");

    [Theory]
    [InlineData(ChildWorkflowCancellationType.WaitCancellationCompleted)]
    [InlineData(ChildWorkflowCancellationType.WaitCancellationRequested)]
    [InlineData(ChildWorkflowCancellationType.TryCancel)]
    [InlineData(ChildWorkflowCancellationType.Abandon)]
    public Task Child_CanceledByTheParent_FollowsTheCancellationType(ChildWorkflowCancellationType type) => PlayAsync(
        async stage =>
        {
            // The child ends only when told, so that its end and the parent's next task do not race.
            stage.Workflow("Child", async script =>
            {
                try
                {
                    await script.UntilAsync("never");
                }
                catch (OperationCanceledException)
                {
                    await script.UntilAnywayAsync("end");
                    throw;
                }

                return null;
            });
            stage.Workflow("Parent", _ => ScriptWorkflow.ChildAsync(
                "Child", new() { Id = stage.Id("Child"), CancellationType = type, ParentClosePolicy = ParentClosePolicy.Abandon }));

            await stage.WorkAsync(async () =>
            {
                var (parent, child) = await StartBothAsync(stage);
                await parent.CancelAsync();
                if (type is ChildWorkflowCancellationType.Abandon or ChildWorkflowCancellationType.TryCancel)
                {
                    // With TryCancel the parent ends in the task that asks for the cancel, and a request of a closed workflow is not delivered.
                    await stage.EndAsync(parent);
                    await child.TerminateAsync();
                    return;
                }

                await Stage.UntilAsync(child, EventType.WorkflowExecutionCancelRequested);
                await Stage.UntilAsync(
                    parent, events => events[^1].EventType is EventType.WorkflowExecutionCanceled
                        || (events[^1].EventType is EventType.WorkflowTaskCompleted && events.Any(e => e.EventType is EventType.ExternalWorkflowExecutionCancelRequested)));
                await child.SignalAsync("Signal", ["end"]);
                await stage.EndAsync(parent);
                await stage.EndAsync(child);
            });
        },
        $"{nameof(Child_CanceledByTheParent_FollowsTheCancellationType)}.{type}");

    private Task ParentCloses(ParentClosePolicy policy, Func<WorkflowHandle, Task> close, string name) => PlayAsync(
        async stage =>
        {
            DeclareWaitingChild(stage);
            stage.Workflow("Parent", async script =>
            {
                await Workflow.StartChildWorkflowAsync("Child", [null], new() { Id = stage.Id("Child"), ParentClosePolicy = policy });
                await script.UntilAsync("go");
                return "parent done";
            });

            await stage.WorkAsync(async () =>
            {
                var (parent, child) = await StartBothAsync(stage);
                await close(parent);
                await stage.EndAsync(parent);
                if (policy is ParentClosePolicy.Abandon)
                {
                    await child.SignalAsync("Signal", ["go"]);
                }

                await stage.EndAsync(child);
            });
        },
        name);

    private static void DeclareWaitingChild(Stage stage) => stage.Workflow("Child", async script =>
    {
        await script.UntilAsync("go");
        return "child done";
    });

    private static async Task<(WorkflowHandle Parent, WorkflowHandle Child)> StartBothAsync(Stage stage)
    {
        var parent = await stage.StartAsync("Parent");
        var child = stage.Handle("Child");
        await Stage.IdleAsync(child);
        await Stage.UntilAsync(
            parent, events => events[^1].EventType is EventType.WorkflowTaskCompleted && events.Any(e => e.EventType is EventType.ChildWorkflowExecutionStarted));
        return (parent, child);
    }
}

public sealed class ChildCasesOnEngine(EngineFixture engine) : ChildCases(engine);

public sealed class ChildCasesOnServer(TemporalServerFixture server) : ChildCases(server);
