using PersonalizeConnectors.Local.Engine.Matching;
using Temporalio.Api.WorkflowService.V1;

namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>An attempt of an activity, waiting for a worker.</summary>
internal sealed class QueuedActivityTask(Execution execution, PendingActivity activity) : IQueuedTask<PollActivityTaskQueueResponse>
{
    private readonly long _stamp = activity.Stamp;

    public bool IsWanted => activity.Stamp == _stamp && execution.Activities.Find(activity.ScheduledEventId) is not null;

    public PollActivityTaskQueueResponse? Start(string identity) => IsWanted ? execution.Activities.Start(activity, identity) : null;
}
