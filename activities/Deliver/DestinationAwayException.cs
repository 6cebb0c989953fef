using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>The destination failed for longer than <c>deliveryPatience</c>; the delivery has been patient already, so nobody tries again.</summary>
/// <param name="reason">What it answered last.</param>
internal sealed class DestinationAwayException(string message, string reason)
    : ConnectorException(FailureTypes.DestinationUnavailable, message, transient: false)
{
    public string Reason { get; } = reason;
}
