using PersonalizeConnectors.Local.Engine.Executions;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;

namespace PersonalizeConnectors.Local.Engine.Commands;

/// <summary>Closes the run and begins the next one under the same workflow id.</summary>
internal sealed class ContinueAsNew : ICommandHandler
{
    public CommandFault? Check(CommandCheck check, Command command)
    {
        var attributes = command.ContinueAsNewWorkflowExecutionCommandAttributes;
        return Closing.Check(check) ?? (check.Execution.Service.SearchAttributes.Fault(attributes.SearchAttributes) is { } fault
            ? new CommandFault(WorkflowTaskFailedCause.BadSearchAttributes, $"BadSearchAttributes: {fault}")
            : null);
    }

    public void Apply(CommandContext context, Command command)
    {
        var attributes = command.ContinueAsNewWorkflowExecutionCommandAttributes;
        var next = NextRun.AsNew(context.Execution, attributes);
        var start = next.Start!.Attributes;
        context.Execution.Close(WorkflowExecutionStatus.ContinuedAsNew, new()
        {
            EventType = EventType.WorkflowExecutionContinuedAsNew,
            UserMetadata = command.UserMetadata,
            WorkflowExecutionContinuedAsNewEventAttributes = new()
            {
                NewExecutionRunId = next.RunId,
                WorkflowType = start.WorkflowType,
                TaskQueue = start.TaskQueue,
                Input = start.Input,
                WorkflowRunTimeout = start.WorkflowRunTimeout,
                WorkflowTaskTimeout = start.WorkflowTaskTimeout,
                WorkflowTaskCompletedEventId = context.CompletedEventId,
                BackoffStartInterval = attributes.BackoffStartInterval,
                Initiator = attributes.Initiator,
                Header = start.Header,
                Memo = attributes.Memo,
                SearchAttributes = attributes.SearchAttributes,
            },
        }, next.RunId);
        next.Begin();
    }
}
