using Google.Protobuf.WellKnownTypes;
using PersonalizeConnectors.Local.Engine.Executions;
using PersonalizeConnectors.Local.Engine.Hosting;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Api.WorkflowService.V1;

namespace PersonalizeConnectors.Local.Engine.Services;

/// <summary>What a workflow is and what is pending in it: no worker is needed for that.</summary>
internal sealed class DescribeMethods(TemporalService service)
{
    public void AddTo(MethodTable methods) => methods
        .Add<DescribeWorkflowExecutionRequest, DescribeWorkflowExecutionResponse>(
            request => service.Do(() => Describe(service.Executions.Get(request.Execution))));

    private static DescribeWorkflowExecutionResponse Describe(Execution execution)
    {
        var started = execution.Started;
        return new DescribeWorkflowExecutionResponse
        {
            ExecutionConfig = new WorkflowExecutionConfig
            {
                TaskQueue = started.TaskQueue,
                WorkflowExecutionTimeout = started.WorkflowExecutionTimeout,
                WorkflowRunTimeout = started.WorkflowRunTimeout,
                DefaultWorkflowTaskTimeout = started.WorkflowTaskTimeout,
                UserMetadata = execution.UserMetadata,
            },
            WorkflowExecutionInfo = ExecutionInfos.Of(execution),
            WorkflowExtendedInfo = new WorkflowExecutionExtendedInfo
            {
                ExecutionExpirationTime = started.WorkflowExecutionExpirationTime,
                RunExpirationTime = Time(execution.RunExpiration),
                CancelRequested = execution.IsCancelRequested,
                OriginalStartTime = Time(execution.StartTime),
            },
            PendingActivities = { execution.Activities.Pending.Select(Activity) },
            PendingChildren =
            {
                execution.Children.Pending.Where(c => execution.IsOpen && c.RunId.Length > 0).Select(child => new PendingChildExecutionInfo
                {
                    WorkflowId = child.Attributes.WorkflowId,
                    RunId = child.RunId,
                    WorkflowTypeName = child.Attributes.WorkflowType.Name,
                    InitiatedId = child.InitiatedEventId,
                    ParentClosePolicy = child.Attributes.ParentClosePolicy,
                }),
            },
            PendingWorkflowTask = execution.WorkflowTask.IsPending ? WorkflowTask(execution.WorkflowTask) : null,
        };
    }

    private static PendingWorkflowTaskInfo WorkflowTask(WorkflowTasks task) => new()
    {
        State = task.IsStarted ? PendingWorkflowTaskState.Started : PendingWorkflowTaskState.Scheduled,
        ScheduledTime = Time(task.ScheduledTime),
        OriginalScheduledTime = Time(task.ScheduledTime),
        StartedTime = task.IsStarted ? Time(task.StartedTime) : null,
        Attempt = task.Attempt,
    };

    private static PendingActivityInfo Activity(PendingActivity activity) => new()
    {
        ActivityId = activity.Attributes.ActivityId,
        ActivityType = activity.Attributes.ActivityType,
        State = activity switch
        {
            { IsCancelRequested: true } => PendingActivityState.CancelRequested,
            { IsStarted: true } => PendingActivityState.Started,
            _ => PendingActivityState.Scheduled,
        },
        HeartbeatDetails = activity.HeartbeatDetails,
        LastHeartbeatTime = Time(activity.LastHeartbeatTime),
        LastStartedTime = Time(activity.LastStartedTime),
        Attempt = activity.Attempt,
        MaximumAttempts = activity.Attributes.RetryPolicy.MaximumAttempts,
        ScheduledTime = activity.IsStarted ? null : Time(activity.ScheduledTime),
        ExpirationTime = Time(activity.Expiration),
        LastFailure = activity.LastFailure,
        LastWorkerIdentity = activity.Identity,
        CurrentRetryInterval = activity.RetryInterval is { } interval ? Duration.FromTimeSpan(interval) : null,
        LastAttemptCompleteTime = Time(activity.LastAttemptCompleteTime),
        NextAttemptScheduleTime = activity.NextAttemptTime > activity.LastAttemptCompleteTime ? Time(activity.NextAttemptTime) : null,
        Priority = activity.Attributes.Priority,
    };

    private static Timestamp? Time(DateTimeOffset? time) => time is { } known ? Timestamp.FromDateTimeOffset(known) : null;
}
