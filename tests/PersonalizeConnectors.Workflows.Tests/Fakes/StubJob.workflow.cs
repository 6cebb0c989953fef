using System.Globalization;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Workflows.Tests.Fakes;

/// <summary>
/// A job whose run ends at once; one that was started with <c>fullResync</c> goes on until the test lets it end. A job named <c>held-</c> and a time in
/// milliseconds is held by somebody whom this service does not know until then.
/// </summary>
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
        if (input.JobPath!.Split("/held-") is [_, var until] && Workflow.UtcNow < DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(until, CultureInfo.InvariantCulture)).UtcDateTime)
        {
            throw new ApplicationFailureException("Another service has the job.", errorType: FailureTypes.JobAlreadyRunning, nonRetryable: true);
        }

        await Workflow.WaitConditionAsync(() => _isOver || input.FullResync != true);
        return new() { RunId = "20261123T020000Z-0123abcd", Status = RunStatus.Completed };
    }
}
