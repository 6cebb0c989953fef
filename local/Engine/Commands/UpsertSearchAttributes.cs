using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace PersonalizeConnectors.Local.Engine.Commands;

internal sealed class UpsertSearchAttributes : ICommandHandler
{
    public CommandFault? Check(CommandCheck check, Command command)
    {
        var attributes = command.UpsertWorkflowSearchAttributesCommandAttributes.SearchAttributes;
        return check.Execution.Service.SearchAttributes.Fault(attributes) is { } fault
            ? new CommandFault(WorkflowTaskFailedCause.BadSearchAttributes, $"BadSearchAttributes: {fault}")
            : null;
    }

    public void Apply(CommandContext context, Command command)
    {
        var attributes = command.UpsertWorkflowSearchAttributesCommandAttributes.SearchAttributes;
        context.Execution.Service.SearchAttributes.AddTypes(attributes);
        context.Append(command, new HistoryEvent
        {
            EventType = EventType.UpsertWorkflowSearchAttributes,
            UpsertWorkflowSearchAttributesEventAttributes = new()
            {
                WorkflowTaskCompletedEventId = context.CompletedEventId,
                SearchAttributes = attributes,
            },
        });
        context.Execution.SearchAttributes.Merge(attributes.IndexedFields);
    }
}
