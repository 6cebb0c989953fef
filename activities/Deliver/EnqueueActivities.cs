using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Activities;

namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>The step <c>Deliver</c> of a connector in queue mode: the same range, the same outcome log, and the queue in the destination's place.</summary>
internal sealed class EnqueueActivities(DeliverRange range) : IEnqueueActivities
{
    [Activity]
    public Task<DeliverResult> EnqueueAsync(DeliverInput input) => Step.RunAsync(context => range.RunAsync(input, context));
}
