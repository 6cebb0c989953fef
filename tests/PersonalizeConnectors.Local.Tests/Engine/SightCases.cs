using System.Globalization;
using PersonalizeConnectors.Local.Tests.Engine.Harness;
using PersonalizeConnectors.Tests.Shared;
using Temporalio.Activities;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Common;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Local.Tests.Engine;

/// <summary>What can be seen of workflows: descriptions, lists, memo, search attributes, summaries.</summary>
public abstract class SightCases(ITemporalServer server) : ConformanceTests(server)
{
    private static readonly SearchAttributeKey<string> Job = SearchAttributeKey.CreateKeyword("ConnectorJob");
    private static readonly SearchAttributeKey<string> Phase = SearchAttributeKey.CreateKeyword("ConnectorPhase");
    private static readonly SearchAttributeKey<long> Rejected = SearchAttributeKey.CreateLong("ConnectorRejected");

    [Fact]
    public Task Describe_PendingActivities_ShowAttemptStateFailureAndDetails() => PlayAsync(async stage =>
    {
        var gate = new Gate();
        stage.WaitingActivity("Beating", async _ =>
        {
            var context = ActivityExecutionContext.Current;
            context.Heartbeat($"attempt {context.Info.Attempt}");
            await (context.Info.Attempt == 1 ? Task.CompletedTask : gate.PassAsync(context.CancellationToken));
            throw new ApplicationFailureException("not yet", errorType: "Busy");
        });
        stage.Activity("Waiting", _ => throw new ApplicationFailureException("later", errorType: "Late"));
        stage.Workflow("Main", async _ =>
        {
            ActivityOptions Options(double delay) => new()
            {
                StartToCloseTimeout = ScriptWorkflow.Long,
                HeartbeatTimeout = TimeSpan.FromSeconds(30),
                RetryPolicy = new() { InitialInterval = TimeSpan.FromSeconds(delay), MaximumInterval = TimeSpan.FromSeconds(delay), MaximumAttempts = 9 },
            };
            var unheard = Options(1);
            unheard.TaskQueue = stage.Queue + "-nobody";
            await Workflow.WhenAllAsync(
                ScriptWorkflow.CallAsync("Beating", Options(0.05)), ScriptWorkflow.CallAsync("Waiting", Options(200)), ScriptWorkflow.CallAsync("Unheard", unheard));
            return null;
        });

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            await gate.Begun;
            await Stage.UntilAsync(async () => (await stage.DescribeAsync(main)).PendingActivities is { Count: 3 } pending
                && pending.Any(a => a.ActivityType.Name == "Waiting" && a.Attempt == 2)
                && pending.Any(a => a.HeartbeatDetails?.Payloads_.Any(p => p.Data.ToStringUtf8().Contains("attempt 2", StringComparison.Ordinal)) is true));
            foreach (var activity in (await stage.DescribeAsync(main)).PendingActivities.OrderBy(a => a.ActivityId, StringComparer.Ordinal))
            {
                stage.Transcript.Note(Scrub.Message(activity));
            }

            await main.TerminateAsync();
            gate.Open();
        });
    });

    [Fact]
    public Task Describe_ActivityAskedToCancel_SaysSo() => PlayAsync(async stage =>
    {
        var gate = new Gate();
        stage.WaitingActivity("Deaf", async _ =>
        {
            await gate.PassAsync(CancellationToken.None);
            return "done";
        });
        stage.Workflow("Main", _ => ScriptWorkflow.CallAsync(
            "Deaf", new() { StartToCloseTimeout = ScriptWorkflow.Long, CancellationType = ActivityCancellationType.WaitCancellationCompleted }));

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            await gate.Begun;
            await main.CancelAsync();
            await Stage.UntilAsync(main, EventType.ActivityTaskCancelRequested);
            stage.Transcript.Note(Scrub.Message((await stage.DescribeAsync(main)).PendingActivities.Single()));
            gate.Open();
            await stage.EndAsync(main);
        });
    });

    [Fact]
    public Task Describe_PendingChildren_AreNamed() => PlayAsync(async stage =>
    {
        stage.Workflow("Child", async script =>
        {
            await script.UntilAsync("go");
            return null;
        });
        stage.Workflow("Main", _ => ScriptWorkflow.ChildAsync("Child", new() { Id = stage.Id("Child"), ParentClosePolicy = Temporalio.Workflows.ParentClosePolicy.RequestCancel }));

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            await Stage.UntilAsync(main, EventType.ChildWorkflowExecutionStarted);
            stage.Transcript.Note(Scrub.Message((await stage.DescribeAsync(main)).PendingChildren.Single()));
            var child = await stage.Handle("Child").DescribeAsync();
            stage.Transcript.Note($"parent of {child.Id}: {child.ParentId}, {child.ParentRunId}");
            await Stage.IdleAsync(stage.Handle("Child"));
            await stage.Handle("Child").SignalAsync("Signal", ["go"]);
            await stage.ResultAsync(main);
        });
    });

    [Fact]
    public Task Describe_EveryStatus_IsNamed() => PlayAsync(async stage =>
    {
        DeclareEnds(stage);

        await stage.WorkAsync(async () =>
        {
            foreach (var end in new[] { "complete", "fail", "cancel", "terminate", "time out", "continue", "run" })
            {
                var main = await EndAsync(stage, end);
                var described = await main.DescribeAsync();
                stage.Transcript.Note(
                    $"{end}: {described.Status}, {described.WorkflowType}, closed: {described.CloseTime is not null}, ordered: {described.StartTime <= (described.CloseTime ?? DateTime.MaxValue)}, history length: {(described.CloseTime is null ? "" : described.HistoryLength)}");
                if (end is "run")
                {
                    await main.TerminateAsync();
                }
            }
        });
    });

    [Fact]
    public Task List_ByIdTypeAndStatus_FindsThem() => PlayAsync(async stage =>
    {
        DeclareEnds(stage);
        var type = stage.Id("Type");
        stage.Workflow(type, async script =>
        {
            await script.UntilAsync("go");
            return null;
        });

        await stage.WorkAsync(async () =>
        {
            foreach (var name in new[] { "a", "b", "c" })
            {
                await stage.Client.StartWorkflowAsync(type, [null], new(stage.Id(name), stage.Queue));
            }

            await stage.Handle("b").SignalAsync("Signal", ["go"]);
            await stage.ResultAsync(stage.Handle("b"));
            await stage.Handle("c").TerminateAsync();

            // A service's lists follow its workflows after a moment.
            foreach (var status in new[] { "Running", "Completed", "Terminated" })
            {
                await Stage.UntilAsync(async () => (await stage.Client.CountWorkflowsAsync($"WorkflowType = '{type}' AND ExecutionStatus = '{status}'")).Count == 1);
            }

            foreach (var (query, count) in new[]
            {
                ($"WorkflowType = '{type}'", 3),
                ($"WorkflowType = '{type}' AND ExecutionStatus = 'Running'", 1),
                ($"WorkflowType='{type}' and ExecutionStatus=\"Completed\"", 1),
                ($"WorkflowId = '{stage.Id("c")}'", 1),
                ($"WorkflowId = '{stage.Id("none")}'", 0),
                ($"WorkflowType = '{type}' AND (ExecutionStatus = 'Terminated' OR ExecutionStatus = 'Completed')", 2),
                ($"WorkflowType = '{type}' AND ExecutionStatus != 'Running'", 2),
                ($"WorkflowId STARTS_WITH '{stage.Id("")}'", 3),
                ($"WorkflowType = '{type}' AND ExecutionStatus IN ('Running', 'Terminated')", 2),
            })
            {
                Assert.Equal(count, (await stage.Client.CountWorkflowsAsync(query)).Count);
                var found = new List<string>();
                await foreach (var execution in stage.Client.ListWorkflowsAsync(query))
                {
                    found.Add($"{execution.Id} {execution.Status}");
                }

                stage.Transcript.Note($"{query}: {count}; {string.Join(", ", found.Order(StringComparer.Ordinal))}");
            }

            await stage.NoteAsync("no query at all", async () => (await stage.Client.CountWorkflowsAsync("WorkflowType =")).Count.ToString(CultureInfo.InvariantCulture));
            await stage.NoteAsync("an unknown attribute", async () => (await stage.Client.CountWorkflowsAsync("Nonsense = 'x'")).Count.ToString(CultureInfo.InvariantCulture));
            await stage.Handle("a").TerminateAsync();
        });
    });

    [Fact]
    public Task MemoAndSearchAttributes_SetAndUpserted_AreSeen() => PlayAsync(async stage =>
    {
        var job = stage.Id("job");
        stage.Workflow("Main", async script =>
        {
            await script.UntilAsync("go");
            Workflow.UpsertTypedSearchAttributes(Phase.ValueSet("Load"), Rejected.ValueSet(3));
            Workflow.UpsertMemo(MemoUpdate.ValueSet("phase", "Load"), MemoUpdate.ValueUnset("gone"));
            await script.UntilAsync("end");
            Workflow.UpsertTypedSearchAttributes(Phase.ValueUnset());
            return $"{Workflow.TypedSearchAttributes.Get(Job)}, {Workflow.Memo.Count} memo fields";
        });

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main", options =>
            {
                options.Memo = new Dictionary<string, object> { ["kept"] = "yes", ["gone"] = 1, ["phase"] = "Plan" };
                options.TypedSearchAttributes = new SearchAttributeCollection.Builder().Set(Job, job).Set(Phase, "Plan").ToSearchAttributeCollection();
            });
            await Stage.IdleAsync(main);
            await NoteAsync(stage, main);
            await main.SignalAsync("Signal", ["go"]);
            await Stage.UntilAsync(main, EventType.WorkflowPropertiesModified);
            await NoteAsync(stage, main);
            var query = $"ConnectorJob = '{job}' AND ConnectorPhase = 'Load' AND ConnectorRejected > 2";
            await Stage.UntilAsync(async () => (await stage.Client.CountWorkflowsAsync(query)).Count == 1);
            await main.SignalAsync("Signal", ["end"]);
            await stage.EndAsync(main);
            await NoteAsync(stage, main);
        });
    });

    [Fact]
    public Task SearchAttribute_Unregistered_FailsTheWorkflowTask() => PlayAsync(async stage =>
    {
        stage.Workflow("Main", _ =>
        {
            Workflow.UpsertTypedSearchAttributes(SearchAttributeKey.CreateKeyword("NobodyRegistered").ValueSet("x"));
            return Task.FromResult<string?>(null);
        });

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            await Stage.UntilAsync(async () => (await stage.DescribeAsync(main)).PendingWorkflowTask is { Attempt: > 1 });
            await stage.FirstFailedTaskAsync(main);

            stage.Transcript.Note($"status: {(await main.DescribeAsync()).Status}");
            await main.TerminateAsync();
        });
    });

    [Fact]
    public Task SearchAttribute_UnregisteredAtTheStart_IsRefused() => PlayAsync(stage => stage.NoteAsync("start", () => stage.StartAsync(
        "Main",
        options => options.TypedSearchAttributes = new SearchAttributeCollection.Builder().Set(SearchAttributeKey.CreateKeyword("NobodyRegistered"), "x").ToSearchAttributeCollection())));

    [Fact]
    public Task Summaries_OfEveryKind_AreKept() => PlayAsync(async stage =>
    {
        stage.Activity("Act", _ => null);
        stage.Workflow("Child", _ => Task.FromResult<string?>(null));
        stage.Workflow("Main", async script =>
        {
            Workflow.CurrentDetails = "busy";
            await ScriptWorkflow.CallAsync("Act", new() { StartToCloseTimeout = ScriptWorkflow.Long, Summary = "an activity" });
            await Workflow.DelayWithOptionsAsync(new(TimeSpan.FromMilliseconds(50), "a timer"));
            await script.UntilAsync("go");
            await Workflow.StartChildWorkflowAsync(
                "Child", [null], new() { Id = stage.Id("Child"), StaticSummary = "a child", StaticDetails = "its details", ParentClosePolicy = Temporalio.Workflows.ParentClosePolicy.Abandon });
            return null;
        });

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main", options =>
            {
                options.StaticSummary = "a workflow";
                options.StaticDetails = "all about it";
            });
            await Stage.UntilAsync(main, EventType.TimerFired);
            await Stage.IdleAsync(main);
            var metadata = await main.QueryAsync<Temporalio.Api.Sdk.V1.WorkflowMetadata>("__temporal_workflow_metadata", []);
            stage.Transcript.Note($"current details: {metadata.CurrentDetails}");
            await main.SignalAsync("Signal", ["go"]);
            await stage.ResultAsync(main);
            await NoteSummaryAsync(stage, main);
            await stage.ResultAsync(stage.Handle("Child"));
            await NoteSummaryAsync(stage, stage.Handle("Child"));
            foreach (var next in (await main.FetchHistoryAsync()).Events.Where(e => e.UserMetadata is not null))
            {
                stage.Transcript.Note($"{next.EventType} {Scrub.Message(next.UserMetadata)}");
            }
        });
    });

    private static async Task NoteAsync(Stage stage, WorkflowHandle handle)
    {
        var described = (await stage.DescribeAsync(handle)).WorkflowExecutionInfo;
        foreach (var (name, value) in described.Memo.Fields.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            stage.Transcript.Note($"memo {name}: {value.Data.ToStringUtf8()}");
        }

        foreach (var (name, value) in described.SearchAttributes.IndexedFields.OrderBy(f => f.Key, StringComparer.Ordinal).Where(f => f.Key.StartsWith("Connector", StringComparison.Ordinal)))
        {
            stage.Transcript.Note($"search attribute {name}: {value.Data.ToStringUtf8()} {value.Metadata["type"].ToStringUtf8()}");
        }
    }

    private static async Task NoteSummaryAsync(Stage stage, WorkflowHandle handle)
    {
        var described = await handle.DescribeAsync();
        stage.Transcript.Note($"{handle.Id}: {await described.GetStaticSummaryAsync()}; {await described.GetStaticDetailsAsync()}");
    }

    private static void DeclareEnds(Stage stage) => stage.Workflow("Main", async script =>
    {
        if (script.Input is "continue" && Workflow.Info.ContinuedRunId is null)
        {
            throw Workflow.CreateContinueAsNewException("Main", ["complete"]);
        }

        await (script.Input is "complete" or "fail" or "continue" ? Task.CompletedTask : script.UntilAsync("never"));
        return script.Input is "fail" ? throw new ApplicationFailureException("failed") : null;
    });

    private static async Task<WorkflowHandle> EndAsync(Stage stage, string end)
    {
        var handle = await stage.StartAsync("Main", options => options.RunTimeout = end is "time out" ? TimeSpan.FromSeconds(4) : null, end);
        await Stage.IdleAsync(handle);
        await (end switch
        {
            "cancel" => handle.CancelAsync(),
            "terminate" => handle.TerminateAsync(),
            _ => Task.CompletedTask,
        });
        if (end is not "run")
        {
            await stage.ResultAsync(handle, followRuns: false);
        }

        if (end is "continue")
        {
            await stage.ResultAsync(handle);
        }

        return stage.Handle("Main", handle.ResultRunId);
    }
}

public sealed class SightCasesOnEngine(EngineFixture engine) : SightCases(engine);

public sealed class SightCasesOnServer(TemporalServerFixture server) : SightCases(server);
