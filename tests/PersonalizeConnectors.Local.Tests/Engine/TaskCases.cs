using Google.Protobuf;
using PersonalizeConnectors.Local.Tests.Engine.Harness;
using PersonalizeConnectors.Tests.Shared;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Local.Tests.Engine;

/// <summary>Tasks that are taken and not answered, or asked for and not taken, by a worker that is no SDK.</summary>
public abstract class TaskCases(ITemporalServer server) : ConformanceTests(server)
{
    [Fact]
    public Task WorkflowTask_NotAnswered_TimesOutAndIsGivenAgain() => PlayAsync(async stage =>
    {
        DeclareShort(stage);
        var main = await stage.StartAsync("Main", options => options.TaskTimeout = TimeSpan.FromSeconds(3));
        var task = await PollAsync(stage);
        await Stage.UntilAsync(main, EventType.WorkflowTaskTimedOut);

        await stage.NoteAsync("answer after the time", () => stage.Client.WorkflowService.RespondWorkflowTaskCompletedAsync(new()
        {
            Namespace = stage.Client.Options.Namespace,
            TaskToken = task.TaskToken,
        }));
        await stage.WorkAsync(() => stage.EndAsync(main));
    });

    [Fact]
    public Task WorkflowTask_AskedForByACallerWhoLeft_IsNotLost() => PlayAsync(async stage =>
    {
        DeclareShort(stage);
        using var leaving = new CancellationTokenSource();
        var poll = stage.Client.WorkflowService.PollWorkflowTaskQueueAsync(PollOf(stage), new() { CancellationToken = leaving.Token });
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => poll);
        var main = await stage.StartAsync("Main");

        await stage.WorkAsync(() => stage.EndAsync(main));
    });

    [Fact]
    public Task ActivityTask_NotAnswered_TimesOutAndIsGivenAgain() => PlayAsync(async stage =>
    {
        stage.Activity("Act", _ => "answered");
        stage.Workflow("Main", _ =>
        {
            var options = new ActivityOptions
            {
                StartToCloseTimeout = TimeSpan.FromSeconds(3),
                TaskQueue = stage.Queue + "-activities",
                RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(50) },
            };
            return ScriptWorkflow.CallAsync("Act", options);
        });

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            var task = await stage.Client.WorkflowService.PollActivityTaskQueueAsync(new()
            {
                Namespace = stage.Client.Options.Namespace,
                TaskQueue = new() { Name = stage.Queue + "-activities" },
            });
            stage.Transcript.Note($"{task.ActivityType.Name}, attempt {task.Attempt}, {task.WorkflowExecution.WorkflowId}, {task.WorkflowType.Name}, start to close {task.StartToCloseTimeout}");
            await Stage.UntilAsync(async () => (await stage.DescribeAsync(main)).PendingActivities.Single().Attempt == 2);
            await stage.NoteAsync("heartbeat after the time", () => stage.Client.WorkflowService.RecordActivityTaskHeartbeatAsync(new()
            {
                Namespace = stage.Client.Options.Namespace,
                TaskToken = task.TaskToken,
            }));
            await stage.NoteAsync("answer after the time", () => stage.Client.WorkflowService.RespondActivityTaskCompletedAsync(new()
            {
                Namespace = stage.Client.Options.Namespace,
                TaskToken = task.TaskToken,
            }));
            await stage.WorkAsync(() => stage.EndAsync(main), options => options.TaskQueue = stage.Queue + "-activities");
        });
    });

    [Fact]
    public Task Token_OfNoTask_IsRefused() => PlayAsync(stage => stage.NoteAsync("complete", () => stage.Client.WorkflowService.RespondActivityTaskCompletedAsync(new()
    {
        Namespace = stage.Client.Options.Namespace,
        TaskToken = ByteString.Empty,
    })));

    [Fact]
    public Task Namespace_ThatDoesNotExist_IsNotFound() => PlayAsync(async stage =>
    {
        await stage.NoteAsync("describe", () => stage.Client.WorkflowService.DescribeNamespaceAsync(new() { Namespace = "no-such-namespace" }));
        await stage.NoteAsync("start", () => stage.Client.WorkflowService.StartWorkflowExecutionAsync(new()
        {
            Namespace = "no-such-namespace",
            WorkflowId = stage.Id("Main"),
            WorkflowType = new() { Name = "Main" },
            TaskQueue = new() { Name = stage.Queue },
            RequestId = stage.Id("request"),
        }));
    });

    [Fact]
    public Task Start_WithoutWhatItNeeds_IsRefused() => PlayAsync(async stage =>
    {
        StartWorkflowExecutionRequest Request() => new()
        {
            Namespace = stage.Client.Options.Namespace,
            WorkflowId = stage.Id("Main"),
            WorkflowType = new() { Name = "Main" },
            TaskQueue = new() { Name = stage.Queue },
            RequestId = stage.Id("request"),
        };
        foreach (var (what, change) in new (string, Action<StartWorkflowExecutionRequest>)[]
        {
            ("no id", request => request.WorkflowId = ""),
            ("no type", request => request.WorkflowType = null),
            ("no task queue", request => request.TaskQueue = null),
        })
        {
            var request = Request();
            change(request);
            await stage.NoteAsync(what, () => stage.Client.WorkflowService.StartWorkflowExecutionAsync(request));
        }
    });

    private static void DeclareShort(Stage stage) => stage.Workflow("Main", _ => Task.FromResult<string?>("done"));

    private static Task<PollWorkflowTaskQueueResponse> PollAsync(Stage stage) => stage.Client.WorkflowService.PollWorkflowTaskQueueAsync(PollOf(stage));

    private static PollWorkflowTaskQueueRequest PollOf(Stage stage) => new()
    {
        Namespace = stage.Client.Options.Namespace,
        TaskQueue = new TaskQueue { Name = stage.Queue },
    };
}

public sealed class TaskCasesOnEngine(EngineFixture engine) : TaskCases(engine);

public sealed class TaskCasesOnServer(TemporalServerFixture server) : TaskCases(server);
