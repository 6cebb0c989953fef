using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace PersonalizeConnectors.Local.Engine.Commands;

internal sealed class SignalExternal : ICommandHandler
{
    public CommandFault? Check(CommandCheck check, Command command)
    {
        var attributes = command.SignalExternalWorkflowExecutionCommandAttributes;
        return attributes.Execution is not { WorkflowId.Length: > 0 } || attributes.SignalName.Length == 0
            ? new CommandFault(WorkflowTaskFailedCause.BadSignalWorkflowExecutionAttributes, "BadSignalWorkflowExecutionAttributes: WorkflowId or SignalName is not set on SignalExternalWorkflowExecutionCommand.")
            : null;
    }

    public void Apply(CommandContext context, Command command)
    {
        var attributes = command.SignalExternalWorkflowExecutionCommandAttributes;
        context.Execution.External.Signal(context.Append(command, new HistoryEvent
        {
            EventType = EventType.SignalExternalWorkflowExecutionInitiated,
            SignalExternalWorkflowExecutionInitiatedEventAttributes = new()
            {
                WorkflowTaskCompletedEventId = context.CompletedEventId,
                Namespace = context.Execution.Service.Namespace,
                NamespaceId = context.Execution.Service.NamespaceId,
                WorkflowExecution = attributes.Execution,
                SignalName = attributes.SignalName,
                Input = attributes.Input,
                Control = attributes.Control,
                ChildWorkflowOnly = attributes.ChildWorkflowOnly,
                Header = attributes.Header,
            },
        }));
    }
}
