using Google.Protobuf;
using Grpc.Core;
using PersonalizeConnectors.Local.Engine.Executions;
using PersonalizeConnectors.Local.Engine.Hosting;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace PersonalizeConnectors.Local.Engine.Services;

/// <summary>Activity tasks: taken, heartbeaten, and ended one way or another.</summary>
internal sealed class ActivityTaskMethods(TemporalService service)
{
    public void AddTo(MethodTable methods) => methods
        .Add<PollActivityTaskQueueRequest, PollActivityTaskQueueResponse>(PollAsync)
        .Add<RecordActivityTaskHeartbeatRequest, RecordActivityTaskHeartbeatResponse>(request => service.Do(() => Heartbeat(request)))
        .Add<RespondActivityTaskCompletedRequest, RespondActivityTaskCompletedResponse>(request => service.Do(() => Complete(request)))
        .Add<RespondActivityTaskFailedRequest, RespondActivityTaskFailedResponse>(request => service.Do(() => Fail(request)))
        .Add<RespondActivityTaskCanceledRequest, RespondActivityTaskCanceledResponse>(request => service.Do(() => Cancel(request)));

    private async Task<PollActivityTaskQueueResponse> PollAsync(PollActivityTaskQueueRequest request, ServerCallContext call) =>
        await service.Queues.PollAsync<PollActivityTaskQueueResponse>(
            TaskQueueType.Activity, request.TaskQueue.Name, request.Identity, call.CancellationToken) ?? new PollActivityTaskQueueResponse();

    private RecordActivityTaskHeartbeatResponse Heartbeat(RecordActivityTaskHeartbeatRequest request)
    {
        var (execution, activity) = Get(request.TaskToken);
        execution.Activities.Heartbeat(activity, request.Details);
        return new RecordActivityTaskHeartbeatResponse { CancelRequested = activity.IsCancelRequested };
    }

    private RespondActivityTaskCompletedResponse Complete(RespondActivityTaskCompletedRequest request)
    {
        var (execution, activity) = Get(request.TaskToken);
        execution.Tell(() => execution.Activities.Complete(activity, request.Result, request.Identity));
        return new RespondActivityTaskCompletedResponse();
    }

    private RespondActivityTaskFailedResponse Fail(RespondActivityTaskFailedRequest request)
    {
        var (execution, activity) = Get(request.TaskToken);
        if (request.LastHeartbeatDetails is { } details)
        {
            execution.Activities.Heartbeat(activity, details);
        }

        // A retry is no news to the workflow.
        if (!execution.Activities.TryRetry(activity, request.Failure, out var state))
        {
            execution.Tell(() => execution.Activities.Fail(activity, request.Failure, state, request.Identity));
        }

        return new RespondActivityTaskFailedResponse();
    }

    private RespondActivityTaskCanceledResponse Cancel(RespondActivityTaskCanceledRequest request)
    {
        var (execution, activity) = Get(request.TaskToken);
        if (!activity.IsCancelRequested)
        {
            throw Faults.InvalidArgument("unable to mark activity as canceled without activity being request canceled first");
        }

        execution.Tell(() => execution.Activities.Cancel(activity, request.Details, request.Identity));
        return new RespondActivityTaskCanceledResponse();
    }

    private (Execution Execution, PendingActivity Activity) Get(ByteString taskToken)
    {
        if (TaskToken.Read(taskToken) is var token && service.Executions.FindRun(token.RunId) is { } execution)
        {
            if (!execution.IsOpen)
            {
                throw Faults.NotFound("workflow execution already completed");
            }

            if (execution.Activities.Find(token.ScheduledEventId) is { IsStarted: true } activity && activity.Stamp == token.Stamp)
            {
                return (execution, activity);
            }
        }

        throw Faults.NotFound("invalid activityID or activity already timed out or invoking workflow is completed");
    }
}
