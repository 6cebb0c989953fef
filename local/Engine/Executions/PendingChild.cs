using Temporalio.Api.History.V1;

namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>A child workflow from the command that starts it to its end.</summary>
internal sealed class PendingChild(long initiatedEventId, StartChildWorkflowExecutionInitiatedEventAttributes attributes)
{
    public long InitiatedEventId => initiatedEventId;

    public StartChildWorkflowExecutionInitiatedEventAttributes Attributes => attributes;

    /// <summary>Empty until it has started.</summary>
    public string RunId { get; set; } = "";
}
