using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace PersonalizeConnectors.Local.Engine.Commands;

/// <summary>Changes to the memo.</summary>
internal sealed class ModifyProperties : ICommandHandler
{
    public CommandFault? Check(CommandCheck check, Command command) => null;

    public void Apply(CommandContext context, Command command)
    {
        var memo = command.ModifyWorkflowPropertiesCommandAttributes.UpsertedMemo;
        context.Append(command, new HistoryEvent
        {
            EventType = EventType.WorkflowPropertiesModified,
            WorkflowPropertiesModifiedEventAttributes = new() { WorkflowTaskCompletedEventId = context.CompletedEventId, UpsertedMemo = memo },
        });
        context.Execution.Memo.Merge(memo?.Fields);
    }
}
