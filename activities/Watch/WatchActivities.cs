using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Watch;
using Temporalio.Activities;
using Temporalio.Client;

namespace PersonalizeConnectors.Activities.Watch;

/// <summary>The long-running activity of an <c>OutputWatch</c>, which signals what it finds to its own workflow.</summary>
internal sealed class WatchActivities(OutputWatcher watcher) : IWatchActivities
{
    [Activity]
    public Task<WatchEventsResult> WatchEventsAsync(WatchEventsInput input) => Step.RunAsync(async context =>
    {
        var activity = ActivityExecutionContext.Current;
        var workflow = activity.TemporalClient.GetWorkflowHandle<OutputWatchWorkflow>(activity.Info.WorkflowId!, activity.Info.WorkflowRunId);
        return await watcher.RunAsync(input, await EarlierAsync(activity.Info), new SignalledSigns(workflow), context);
    });

    // What the attempt before this one had counted when it was last heard of.
    private static async Task<WatchCounts> EarlierAsync(ActivityInfo info) =>
        info.HeartbeatDetails.Count > 0 ? (await info.HeartbeatDetailAtAsync<StepPosition>(0)).Watch ?? new() : new();

    private sealed class SignalledSigns(WorkflowHandle<OutputWatchWorkflow> workflow) : IWatchSigns
    {
        public Task TellAsync(WatchSigns signs, CancellationToken cancellationToken) => workflow.SignalAsync(
            watch => watch.SeenAsync(signs), new WorkflowSignalOptions { Rpc = new RpcOptions { CancellationToken = cancellationToken } });
    }
}
