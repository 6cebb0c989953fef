using PersonalizeConnectors.Local.Engine.Executions;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace PersonalizeConnectors.Local.Engine.Commands;

/// <summary>A running activity learns of it by its next heartbeat; one that no worker has is canceled on the spot.</summary>
internal sealed class RequestCancelActivity : ICommandHandler
{
    public CommandFault? Check(CommandCheck check, Command command) =>
        command.RequestCancelActivityTaskCommandAttributes.ScheduledEventId <= 0
            ? new CommandFault(WorkflowTaskFailedCause.BadRequestCancelActivityAttributes, "BadRequestCancelActivityAttributes: ScheduledEventId is not set on RequestCancelActivityTaskCommand.")
            : null;

    public void Apply(CommandContext context, Command command)
    {
        var scheduled = command.RequestCancelActivityTaskCommandAttributes.ScheduledEventId;
        var requested = context.Append(command, new HistoryEvent
        {
            EventType = EventType.ActivityTaskCancelRequested,
            ActivityTaskCancelRequestedEventAttributes = new()
            {
                ScheduledEventId = scheduled,
                WorkflowTaskCompletedEventId = context.CompletedEventId,
            },
        });

        // Its end may be among the news already.
        if (context.Execution.Activities.Find(scheduled) is { } activity)
        {
            activity.CancelRequestedEventId = requested.EventId;
            if (!activity.IsStarted)
            {
                context.Execution.Activities.Cancel(activity, TextPayloads.Of("ACTIVITY_ID_NOT_STARTED"), context.Identity);
                context.HasNews = true;
            }
        }
    }
}
