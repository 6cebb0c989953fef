using Temporalio.Activities;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Worker;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Local.Tests.Engine.Harness;

/// <summary>Where a case plays: workflows, activities and workers on a queue of its own, and the transcript of what happened.</summary>
internal sealed class Stage(ITemporalClient client)
{
    private readonly string _prefix = Guid.NewGuid().ToString("N") + "-";
    private readonly SortedDictionary<string, Func<ScriptWorkflow, Task<string?>>> _workflows = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Func<string?, Task<string?>>> _activities = new(StringComparer.Ordinal);

    public ITemporalClient Client { get; } = client;

    public string Queue => _prefix + "queue";

    public Transcript Transcript { get; } = new();

    public string Text => Transcript.Text((_prefix, ""));

    /// <summary>The id that a workflow of this name has in this run of the case.</summary>
    public string Id(string name) => _prefix + name;

    public void Workflow(string name, Func<ScriptWorkflow, Task<string?>> body) => _workflows[name] = body;

    public void WaitingActivity(string name, Func<string?, Task<string?>> body) => _activities[name] = body;

    public void Activity(string name, Func<string?, string?> body) => _activities[name] = input => Task.FromResult(body(input));

    /// <summary>A worker with all that is declared so far works while the body runs.</summary>
    public async Task WorkAsync(Func<Task> body, Action<TemporalWorkerOptions>? change = null)
    {
        var options = new TemporalWorkerOptions(Queue) { MaxHeartbeatThrottleInterval = TimeSpan.FromMilliseconds(50) };
        foreach (var (name, script) in _workflows)
        {
            options.AddWorkflow(WorkflowDefinition.Create(typeof(ScriptWorkflow), name, _ => new ScriptWorkflow(script)));
        }

        foreach (var (name, script) in _activities)
        {
            options.AddActivity(ActivityDefinition.Create(name, typeof(Task<string?>), [typeof(string)], 1, input => script((string?)input[0])));
        }

        change?.Invoke(options);
        using var worker = new TemporalWorker(Client, options);
        await worker.ExecuteAsync(body);
    }

    /// <summary>Starts a workflow under its own name as its id.</summary>
    public Task<WorkflowHandle> StartAsync(string workflow, Action<WorkflowOptions>? change = null, string? input = null)
    {
        var options = new WorkflowOptions(Id(workflow), Queue);
        change?.Invoke(options);
        return Client.StartWorkflowAsync(workflow, [input], options);
    }

    public WorkflowHandle Handle(string name, string? runId = null) => Client.GetWorkflowHandle(Id(name), runId);

    /// <summary>Waits for the workflow's end and notes how it ended.</summary>
    public Task ResultAsync(WorkflowHandle handle, bool followRuns = true) =>
        NoteAsync($"result of {handle.Id}", async () => await handle.GetResultAsync<string?>(followRuns));

    public async Task HistoryAsync(WorkflowHandle handle) => Transcript.History(handle.Id, (await handle.FetchHistoryAsync()).Events);

    /// <summary>Notes the history as far as the first workflow task that failed; how often it is tried again is a matter of time.</summary>
    public async Task FirstFailedTaskAsync(WorkflowHandle handle)
    {
        var events = (await handle.FetchHistoryAsync()).Events.ToList();
        foreach (var next in events.Take(events.FindIndex(e => e.EventType == EventType.WorkflowTaskFailed) + 1))
        {
            Transcript.Note($"{next.EventType} {next.WorkflowTaskFailedEventAttributes?.Cause}".TrimEnd());
        }
    }

    /// <summary>Waits for the end; notes result and history.</summary>
    public async Task EndAsync(WorkflowHandle handle)
    {
        await ResultAsync(handle);
        await HistoryAsync(handle);
    }

    public Task NoteAsync(string what, Func<Task> call) => NoteAsync(what, async () =>
    {
        await call();
        return "done";
    });

    /// <summary>Notes what a call answers, or how it fails.</summary>
    public async Task NoteAsync(string what, Func<Task<string?>> call)
    {
        string? outcome;
        try
        {
            outcome = await call() ?? "null";
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            outcome = Transcript.Of(e);
        }

        Transcript.Note($"{what}: {outcome}");
    }

    /// <summary>Waits until the workflow is started and has no workflow task under way: what comes next comes alone.</summary>
    public static Task IdleAsync(WorkflowHandle handle) =>
        UntilAsync(handle, events => events[^1].EventType is not (EventType.WorkflowExecutionStarted or EventType.WorkflowTaskScheduled or EventType.WorkflowTaskStarted));

    public static Task UntilAsync(WorkflowHandle handle, EventType type) => UntilAsync(handle, events => events.Any(e => e.EventType == type));

    /// <summary>Waits for a history that fulfils the condition; a workflow that does not exist yet has none.</summary>
    public static Task UntilAsync(WorkflowHandle handle, Func<IReadOnlyList<HistoryEvent>, bool> condition) => UntilAsync(async () =>
    {
        try
        {
            return condition([.. (await handle.FetchHistoryAsync()).Events]);
        }
        catch (Temporalio.Exceptions.RpcException e) when (e.Code is Temporalio.Exceptions.RpcException.StatusCode.NotFound)
        {
            return false;
        }
    });

    /// <summary>The whole description, with what the SDK leaves out of its own.</summary>
    public Task<DescribeWorkflowExecutionResponse> DescribeAsync(WorkflowHandle handle) => Client.WorkflowService.DescribeWorkflowExecutionAsync(new()
    {
        Namespace = Client.Options.Namespace,
        Execution = new() { WorkflowId = handle.Id, RunId = handle.RunId ?? "" },
    });

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
