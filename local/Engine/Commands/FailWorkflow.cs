using PersonalizeConnectors.Local.Engine.Executions;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;

namespace PersonalizeConnectors.Local.Engine.Commands;

/// <summary>Fails the run; another follows where the workflow has a retry policy that allows it.</summary>
internal sealed class FailWorkflow : ICommandHandler
{
    public CommandFault? Check(CommandCheck check, Command command) => Closing.Check(check);

    public void Apply(CommandContext context, Command command)
    {
        var failure = command.FailWorkflowExecutionCommandAttributes.Failure;
        var next = NextRun.AfterFailure(context.Execution, failure);
        context.Execution.Close(WorkflowExecutionStatus.Failed, new()
        {
            EventType = EventType.WorkflowExecutionFailed,
            UserMetadata = command.UserMetadata,
            WorkflowExecutionFailedEventAttributes = new()
            {
                Failure = failure,
                RetryState = next.RetryState,
                WorkflowTaskCompletedEventId = context.CompletedEventId,
                NewExecutionRunId = next.RunId,
            },
        }, next.RunId);
        next.Begin();
    }
}
