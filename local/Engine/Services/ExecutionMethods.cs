using PersonalizeConnectors.Local.Engine.Hosting;
using Temporalio.Api.Common.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;
using Execution = PersonalizeConnectors.Local.Engine.Executions.Execution;

namespace PersonalizeConnectors.Local.Engine.Services;

/// <summary>What a client does to a workflow that is there.</summary>
internal sealed class ExecutionMethods(TemporalService service)
{
    public void AddTo(MethodTable methods) => methods
        .Add<SignalWorkflowExecutionRequest, SignalWorkflowExecutionResponse>(request => service.Do(() => Signal(request)))
        .Add<RequestCancelWorkflowExecutionRequest, RequestCancelWorkflowExecutionResponse>(request => service.Do(() => RequestCancel(request)))
        .Add<TerminateWorkflowExecutionRequest, TerminateWorkflowExecutionResponse>(request => service.Do(() => Terminate(request)));

    private SignalWorkflowExecutionResponse Signal(SignalWorkflowExecutionRequest request)
    {
        var execution = service.Executions.GetOpen(request.WorkflowExecution);
        execution.Tell(() => execution.Signal(new WorkflowExecutionSignaledEventAttributes
        {
            SignalName = request.SignalName,
            Input = request.Input,
            Identity = request.Identity,
            Header = request.Header,
        }));
        return new SignalWorkflowExecutionResponse();
    }

    private RequestCancelWorkflowExecutionResponse RequestCancel(RequestCancelWorkflowExecutionRequest request)
    {
        var execution = OfChain(request.WorkflowExecution, request.FirstExecutionRunId);
        if (execution is { IsOpen: true, IsCancelRequested: false })
        {
            execution.Tell(() => execution.RequestCancel(new WorkflowExecutionCancelRequestedEventAttributes
            {
                Cause = request.Reason,
                Identity = request.Identity,
            }));
        }

        return new RequestCancelWorkflowExecutionResponse();
    }

    private TerminateWorkflowExecutionResponse Terminate(TerminateWorkflowExecutionRequest request)
    {
        var execution = OfChain(request.WorkflowExecution, request.FirstExecutionRunId);
        if (!execution.IsOpen)
        {
            throw Faults.NotFound("workflow execution already completed");
        }

        execution.Change(() => execution.Terminate(request.Reason.Length > 0 ? request.Reason : "terminated by user via frontend", request.Details, request.Identity));
        return new TerminateWorkflowExecutionResponse();
    }

    // Whoever names the first run means the chain: its current run, whatever its id.
    private Execution OfChain(WorkflowExecution reference, string firstRunId)
    {
        if (firstRunId.Length == 0)
        {
            return service.Executions.Get(reference);
        }

        var current = service.Executions.Get(new WorkflowExecution { WorkflowId = reference.WorkflowId });
        return current.Started.FirstExecutionRunId == firstRunId ? current : throw Faults.NotFound("workflow execution not found");
    }
}
