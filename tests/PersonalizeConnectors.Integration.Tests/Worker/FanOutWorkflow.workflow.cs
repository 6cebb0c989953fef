using Temporalio.Workflows;

namespace PersonalizeConnectors.Integration.Tests.Worker;

/// <summary>So many activities at once.</summary>
[Workflow]
public sealed class FanOutWorkflow
{
    [WorkflowRun]
    public Task RunAsync(int count) => Workflow.WhenAllAsync(Enumerable.Range(0, count).Select(_ => Workflow.ExecuteActivityAsync(
        "Work", [], new ActivityOptions { StartToCloseTimeout = TimeSpan.FromMinutes(1), HeartbeatTimeout = TimeSpan.FromSeconds(20) })));
}
