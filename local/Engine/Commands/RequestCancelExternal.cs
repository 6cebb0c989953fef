using Temporalio.Api.Command.V1;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace PersonalizeConnectors.Local.Engine.Commands;

internal sealed class RequestCancelExternal : ICommandHandler
{
    public CommandFault? Check(CommandCheck check, Command command) =>
        command.RequestCancelExternalWorkflowExecutionCommandAttributes.WorkflowId.Length == 0
            ? new CommandFault(
                WorkflowTaskFailedCause.BadRequestCancelExternalWorkflowExecutionAttributes,
                "BadRequestCancelExternalWorkflowExecutionAttributes: WorkflowId is not set on RequestCancelExternalWorkflowExecutionCommand.")
            : null;

    public void Apply(CommandContext context, Command command)
    {
        var attributes = command.RequestCancelExternalWorkflowExecutionCommandAttributes;
        context.Execution.External.RequestCancel(context.Append(command, new HistoryEvent
        {
            EventType = EventType.RequestCancelExternalWorkflowExecutionInitiated,
            RequestCancelExternalWorkflowExecutionInitiatedEventAttributes = new()
            {
                WorkflowTaskCompletedEventId = context.CompletedEventId,
                Namespace = context.Execution.Service.Namespace,
                NamespaceId = context.Execution.Service.NamespaceId,
                WorkflowExecution = new WorkflowExecution { WorkflowId = attributes.WorkflowId, RunId = attributes.RunId },
                Control = attributes.Control,
                ChildWorkflowOnly = attributes.ChildWorkflowOnly,
                Reason = attributes.Reason,
            },
        }));
    }
}
