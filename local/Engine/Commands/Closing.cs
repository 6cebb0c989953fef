using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;

namespace PersonalizeConnectors.Local.Engine.Commands;

/// <summary>Commands that close a workflow.</summary>
internal static class Closing
{
    /// <summary>A workflow cannot close over news it has not seen: the task fails, and the next one brings them.</summary>
    public static CommandFault? Check(CommandCheck check) =>
        check.Unseen > 0 ? new CommandFault(WorkflowTaskFailedCause.UnhandledCommand, "UnhandledCommand") : null;
}

internal sealed class CompleteWorkflow : ICommandHandler
{
    public CommandFault? Check(CommandCheck check, Command command) => Closing.Check(check);

    public void Apply(CommandContext context, Command command) => context.Execution.Close(WorkflowExecutionStatus.Completed, new()
    {
        EventType = EventType.WorkflowExecutionCompleted,
        UserMetadata = command.UserMetadata,
        WorkflowExecutionCompletedEventAttributes = new()
        {
            Result = command.CompleteWorkflowExecutionCommandAttributes.Result,
            WorkflowTaskCompletedEventId = context.CompletedEventId,
        },
    });
}

internal sealed class CancelWorkflow : ICommandHandler
{
    public CommandFault? Check(CommandCheck check, Command command) => Closing.Check(check);

    public void Apply(CommandContext context, Command command) => context.Execution.Close(WorkflowExecutionStatus.Canceled, new()
    {
        EventType = EventType.WorkflowExecutionCanceled,
        UserMetadata = command.UserMetadata,
        WorkflowExecutionCanceledEventAttributes = new()
        {
            Details = command.CancelWorkflowExecutionCommandAttributes.Details,
            WorkflowTaskCompletedEventId = context.CompletedEventId,
        },
    });
}
