using PersonalizeConnectors.Activities.Deliver.Drain;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Activities;

namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>Delivers what a watch has noted.</summary>
internal sealed class PartActivities(PartDeliverer deliverer) : IPartActivities
{
    [Activity]
    public Task<DeliverPartsResult> DeliverPartsAsync(DeliverPartsInput input) => Step.RunAsync(context => deliverer.RunAsync(input, context));
}
