using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace PersonalizeConnectors.Local.Engine.Commands;

/// <summary>Markers belong to the SDK: local activities, patches, side effects.</summary>
internal sealed class RecordMarker : ICommandHandler
{
    public CommandFault? Check(CommandCheck check, Command command) =>
        command.RecordMarkerCommandAttributes.MarkerName.Length == 0
            ? new CommandFault(WorkflowTaskFailedCause.BadRecordMarkerAttributes, "BadRecordMarkerAttributes: MarkerName is not set on RecordMarkerCommand.")
            : null;

    public void Apply(CommandContext context, Command command)
    {
        var attributes = command.RecordMarkerCommandAttributes;
        context.Append(command, new HistoryEvent
        {
            EventType = EventType.MarkerRecorded,
            MarkerRecordedEventAttributes = new()
            {
                MarkerName = attributes.MarkerName,
                Details = { attributes.Details },
                WorkflowTaskCompletedEventId = context.CompletedEventId,
                Header = attributes.Header,
                Failure = attributes.Failure,
            },
        });
    }
}
