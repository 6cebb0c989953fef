using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Activities;

namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>The step <c>Deliver</c>.</summary>
internal sealed class DeliverActivities(DeliverRange range) : IDeliverActivities
{
    [Activity]
    public Task<DeliverResult> DeliverAsync(DeliverInput input) => Step.RunAsync(context => range.RunAsync(input, context));
}
