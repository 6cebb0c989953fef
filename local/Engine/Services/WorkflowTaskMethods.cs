using Grpc.Core;
using PersonalizeConnectors.Local.Engine.Commands;
using PersonalizeConnectors.Local.Engine.Executions;
using PersonalizeConnectors.Local.Engine.Hosting;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.WorkflowService.V1;

namespace PersonalizeConnectors.Local.Engine.Services;

/// <summary>Workflow tasks: a worker takes one, runs the workflow as far as it goes, and answers with commands.</summary>
internal sealed class WorkflowTaskMethods(TemporalService service)
{
    public void AddTo(MethodTable methods) => methods
        .Add<PollWorkflowTaskQueueRequest, PollWorkflowTaskQueueResponse>(PollAsync)
        .Add<RespondWorkflowTaskCompletedRequest, RespondWorkflowTaskCompletedResponse>(request => service.Do(() => Complete(request)))
        .Add<RespondWorkflowTaskFailedRequest, RespondWorkflowTaskFailedResponse>(request => service.Do(() => Fail(request)));

    private async Task<PollWorkflowTaskQueueResponse> PollAsync(PollWorkflowTaskQueueRequest request, ServerCallContext call) =>
        await service.Queues.PollAsync<PollWorkflowTaskQueueResponse>(
            TaskQueueType.Workflow, request.TaskQueue.Name, request.Identity, call.CancellationToken) ?? new PollWorkflowTaskQueueResponse();

    private RespondWorkflowTaskCompletedResponse Complete(RespondWorkflowTaskCompletedRequest request)
    {
        var execution = Get(request.TaskToken);
        if (CommandTable.Check(execution, request.Commands) is { } fault)
        {
            throw Refuse(execution, fault, request.Identity);
        }

        var response = new RespondWorkflowTaskCompletedResponse();
        execution.Change(() =>
        {
            var context = new CommandContext(execution, execution.WorkflowTask.Complete(request), request.Identity);
            foreach (var (id, result) in request.QueryResults)
            {
                execution.Queries.Answer(id, result);
            }

            var hadNews = execution.Log.HasBuffered;
            CommandTable.Apply(context, request.Commands);
            hadNews &= execution.Log.HasBuffered;
            if (execution.IsOpen && (hadNews || context.HasNews || request.ForceCreateNewWorkflowTask))
            {
                execution.WorkflowTask.Schedule(isQueued: !request.ReturnNewWorkflowTask);
                response.WorkflowTask = request.ReturnNewWorkflowTask ? execution.WorkflowTask.StartInline(request) : null;
            }
            else
            {
                execution.Queries.Unblock();
            }
        });
        return response;
    }

    private RespondWorkflowTaskFailedResponse Fail(RespondWorkflowTaskFailedRequest request)
    {
        var execution = Get(request.TaskToken);
        execution.Tell(() => execution.WorkflowTask.Fail(request.Cause, request.Failure, request.Identity));
        return new RespondWorkflowTaskFailedResponse();
    }

    // Once it has failed so, further attempts are left to time out: that is their backoff.
    private static RpcException Refuse(Execution execution, CommandFault fault, string identity)
    {
        if (execution.WorkflowTask.Attempt == 1 || fault.Cause == WorkflowTaskFailedCause.UnhandledCommand)
        {
            execution.Tell(() => execution.WorkflowTask.Fail(fault.Cause, new Failure { Message = fault.Message }, identity));
        }

        return Faults.InvalidArgument(fault.Message);
    }

    private Execution Get(Google.Protobuf.ByteString taskToken) =>
        TaskToken.Read(taskToken) is var token
            && service.Executions.FindRun(token.RunId) is { IsOpen: true } execution
            && execution.WorkflowTask.IsStarted && execution.WorkflowTask.Stamp == token.Stamp
            ? execution
            : throw Faults.NotFound("Workflow task not found.");
}
