using Temporalio.Workflows;

namespace PersonalizeConnectors.Local.Tests.Engine.Harness;

/// <summary>A workflow whose body stands in its test; registered under a name for each body.</summary>
[Workflow]
internal sealed class ScriptWorkflow(Func<ScriptWorkflow, Task<string?>> body)
{
    /// <summary>For calls whose end the case does not wait for.</summary>
    public static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    public string? Input { get; private set; }

    /// <summary>The signals so far, in order.</summary>
    public List<string> Signals { get; } = [];

    /// <summary>What the query State answers.</summary>
    public string State { get; set; } = "new";

    [WorkflowRun]
    public Task<string?> RunAsync(string? input)
    {
        Input = input;
        return body(this);
    }

    [WorkflowSignal]
    public Task SignalAsync(string value)
    {
        Signals.Add(value);
        return Task.CompletedTask;
    }

    [WorkflowQuery("State")]
    public string GetState() => State;

    [WorkflowQuery("Fail")]
    public string GetFailure() => throw new InvalidOperationException("this query fails");

    /// <summary>Waits for a signal of this value; a cancel of the workflow ends the wait.</summary>
    public Task UntilAsync(string signal) => Workflow.WaitConditionAsync(() => Signals.Contains(signal));

    /// <summary>The same, whatever is canceled.</summary>
    public Task UntilAnywayAsync(string signal) => Workflow.WaitConditionAsync(() => Signals.Contains(signal), CancellationToken.None);

    public static Task<string?> CallAsync(string activity, ActivityOptions options, string? input = null) =>
        Workflow.ExecuteActivityAsync<string?>(activity, [input], options);

    public static Task<string?> ChildAsync(string workflow, ChildWorkflowOptions options, string? input = null) =>
        Workflow.ExecuteChildWorkflowAsync<string?>(workflow, [input], options);
}
