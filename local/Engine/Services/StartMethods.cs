using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using PersonalizeConnectors.Local.Engine.Executions;
using PersonalizeConnectors.Local.Engine.Hosting;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;
using Execution = PersonalizeConnectors.Local.Engine.Executions.Execution;

namespace PersonalizeConnectors.Local.Engine.Services;

/// <summary>Starting workflows, with and without a signal.</summary>
internal sealed class StartMethods(TemporalService service)
{
    public void AddTo(MethodTable methods) => methods
        .Add<StartWorkflowExecutionRequest, StartWorkflowExecutionResponse>(request => service.Do(() => Start(request)))
        .Add<SignalWithStartWorkflowExecutionRequest, SignalWithStartWorkflowExecutionResponse>(request => service.Do(() => SignalWithStart(request)));

    private StartWorkflowExecutionResponse Start(StartWorkflowExecutionRequest request)
    {
        Check(request.WorkflowId, request.WorkflowType, request.TaskQueue?.Name, request.CronSchedule, request.SearchAttributes);
        var start = NewExecution.First(
            service,
            new WorkflowExecutionStartedEventAttributes
            {
                WorkflowId = request.WorkflowId,
                WorkflowType = request.WorkflowType,
                TaskQueue = request.TaskQueue,
                Input = request.Input,
                WorkflowExecutionTimeout = request.WorkflowExecutionTimeout,
                WorkflowRunTimeout = request.WorkflowRunTimeout,
                WorkflowTaskTimeout = request.WorkflowTaskTimeout,
                Identity = request.Identity,
                RetryPolicy = request.RetryPolicy,
                Memo = request.Memo,
                SearchAttributes = request.SearchAttributes,
                Header = request.Header,
                FirstWorkflowTaskBackoff = request.WorkflowStartDelay ?? new Duration(),
                ContinuedFailure = request.ContinuedFailure,
                LastCompletionResult = request.LastCompletionResult,
                Priority = request.Priority,
            },
            request.RequestId,
            request.UserMetadata);
        var outcome = service.Executions.Start(start, request.WorkflowIdReusePolicy, request.WorkflowIdConflictPolicy);
        if (outcome.IsRefused)
        {
            throw Refused(outcome.Execution);
        }

        return new StartWorkflowExecutionResponse
        {
            RunId = outcome.Execution.RunId,
            FirstExecutionRunId = outcome.Execution.Started.FirstExecutionRunId,
            Started = outcome.IsNew,
            Status = outcome.Execution.Status,
        };
    }

    private SignalWithStartWorkflowExecutionResponse SignalWithStart(SignalWithStartWorkflowExecutionRequest request)
    {
        Check(request.WorkflowId, request.WorkflowType, request.TaskQueue?.Name, request.CronSchedule, request.SearchAttributes);
        var signal = new WorkflowExecutionSignaledEventAttributes
        {
            SignalName = request.SignalName,
            Input = request.SignalInput,
            Identity = request.Identity,
            Header = request.Header,
        };
        if (request.WorkflowIdConflictPolicy != WorkflowIdConflictPolicy.TerminateExisting
            && request.WorkflowIdReusePolicy != WorkflowIdReusePolicy.TerminateIfRunning
            && service.Executions.Find(request.WorkflowId) is { IsOpen: true } open)
        {
            open.Tell(() => open.Signal(signal));
            return new SignalWithStartWorkflowExecutionResponse { RunId = open.RunId, FirstExecutionRunId = open.Started.FirstExecutionRunId };
        }

        var start = NewExecution.First(
            service,
            new WorkflowExecutionStartedEventAttributes
            {
                WorkflowId = request.WorkflowId,
                WorkflowType = request.WorkflowType,
                TaskQueue = request.TaskQueue,
                Input = request.Input,
                WorkflowExecutionTimeout = request.WorkflowExecutionTimeout,
                WorkflowRunTimeout = request.WorkflowRunTimeout,
                WorkflowTaskTimeout = request.WorkflowTaskTimeout,
                Identity = request.Identity,
                RetryPolicy = request.RetryPolicy,
                Memo = request.Memo,
                SearchAttributes = request.SearchAttributes,
                Header = request.Header,
                FirstWorkflowTaskBackoff = request.WorkflowStartDelay ?? new Duration(),
                Priority = request.Priority,
            },
            request.RequestId,
            request.UserMetadata);
        var outcome = service.Executions.Start(
            start, request.WorkflowIdReusePolicy, request.WorkflowIdConflictPolicy, execution => execution.Signal(signal));
        if (outcome.IsRefused)
        {
            throw Refused(outcome.Execution);
        }

        return new SignalWithStartWorkflowExecutionResponse
        {
            RunId = outcome.Execution.RunId,
            FirstExecutionRunId = outcome.Execution.Started.FirstExecutionRunId,
            Started = outcome.IsNew,
        };
    }

    private void Check(string workflowId, WorkflowType? type, string? taskQueue, string cron, SearchAttributes? attributes)
    {
        if (workflowId.Length == 0)
        {
            throw Faults.InvalidArgument("WorkflowId is not set on request.");
        }

        if (type is not { Name.Length: > 0 })
        {
            throw Faults.InvalidArgument("WorkflowType is not set on request.");
        }

        if (string.IsNullOrEmpty(taskQueue))
        {
            throw Faults.InvalidArgument("missing task queue name");
        }

        if (cron.Length > 0)
        {
            throw Faults.NotCarried("a cron schedule");
        }

        if (service.SearchAttributes.Fault(attributes) is { } fault)
        {
            throw Faults.InvalidArgument(fault);
        }
    }

    private static RpcException Refused(Execution taken)
    {
        var state = taken.IsOpen ? "Workflow execution is already running" : "Workflow execution already finished";
        return Faults.AlreadyStarted(
            $"{state}. WorkflowId: {taken.WorkflowId}, RunId: {taken.RunId}.", taken.RequestId, taken.RunId, taken.Started.FirstExecutionRunId);
    }
}
