using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Workflows.Tests.Fakes;

/// <summary>A job whose run ends at once; one that was started with <c>fullResync</c> goes on until the test lets it end.</summary>
[Workflow("ConnectorJob")]
public sealed class StubJobWorkflow
{
    private bool _isOver;

    [WorkflowSignal("finish")]
    public Task FinishAsync()
    {
        _isOver = true;
        return Task.CompletedTask;
    }

    [WorkflowRun]
    public async Task<ConnectorJobResult> RunAsync(ConnectorJobInput input)
    {
        await Workflow.WaitConditionAsync(() => _isOver || input.FullResync != true);
        return new() { RunId = "20261123T020000Z-0123abcd", Status = RunStatus.Completed };
    }
}
