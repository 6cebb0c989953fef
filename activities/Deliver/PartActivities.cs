using PersonalizeConnectors.Activities.Deliver.Drain;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Activities;

namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>Delivers what a watch has noted.</summary>
internal sealed class PartActivities(PartDeliverer deliverer) : IPartActivities
{
    [Activity]
    public Task<DeliverPartsResult> DeliverPartsAsync(DeliverPartsInput input) =>
        Step.RunAsync(async context => await deliverer.RunAsync(input, await EarlierAsync(), context));

    // What the attempt before this one had settled when it was last heard of.
    private static async Task<PartCounts> EarlierAsync()
    {
        var info = ActivityExecutionContext.Current.Info;
        return info.HeartbeatDetails.Count > 0 ? (await info.HeartbeatDetailAtAsync<StepPosition>(0)).Parts ?? new() : new();
    }
}
