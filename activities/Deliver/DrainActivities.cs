using PersonalizeConnectors.Activities.Deliver.Drain;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Activities;

namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>The long-running activity of a <c>QueueDrain</c>.</summary>
internal sealed class DrainActivities(QueueDrainer drainer) : IDrainActivities
{
    [Activity]
    public Task<DrainResult> DrainAsync(DrainInput input) => Step.RunAsync(async context => await drainer.RunAsync(input, await EarlierAsync(), context));

    // What the attempt before this one had counted when it was last heard of.
    private static async Task<DrainCounts> EarlierAsync()
    {
        var info = ActivityExecutionContext.Current.Info;
        return info.HeartbeatDetails.Count > 0 ? (await info.HeartbeatDetailAtAsync<StepPosition>(0)).Drain?.Counts ?? new() : new();
    }
}
