using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Integration.Tests.Harness;

/// <summary>A job whose workflow task always fails, as after a change that histories do not fit any more.</summary>
[Workflow("ConnectorJob")]
public sealed class BrokenJob
{
    public const string Cause = "a wheel came off";

    [WorkflowRun]
    public Task<ConnectorJobResult> RunAsync() => throw new InvalidOperationException(Cause);
}
