using Temporalio.Activities;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Architecture.Tests.Contracts;

internal interface ISampleActivities
{
    [Activity]
    Task<SampleResult> DoAsync(SampleInput input);
}

internal interface IOtherActivities
{
    [Activity("Do")]
    Task<SampleInput> DoItAsync(SampleInput input);
}

internal sealed record SampleInput
{
    public required string Name { get; init; }

    public IReadOnlyList<string>? Names { get; init; }

    public SampleInput? Again { get; init; }
}

internal sealed record SampleResult(long Count);

// Described, never run.
[Workflow("Sample")]
internal sealed class SampleWorkflow
{
    [WorkflowQuery("state")]
    public string GetState() => "";

    [WorkflowRun]
    public Task<SampleResult> RunAsync(SampleInput input) => Task.FromResult(new SampleResult(input.Name.Length));

    [WorkflowSignal]
    public Task StopAsync(SampleInput input) => RunAsync(input);

    [WorkflowUpdate("set")]
    public Task<SampleResult> SetAsync(long? count) => Task.FromResult(new SampleResult(count ?? 0));
}
