using PersonalizeConnectors.Local.Engine.Executions;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace PersonalizeConnectors.Local.Engine.Commands;

internal sealed class ScheduleActivity : ICommandHandler
{
    public CommandFault? Check(CommandCheck check, Command command)
    {
        var attributes = command.ScheduleActivityTaskCommandAttributes;
        if (attributes.ActivityType is not { Name.Length: > 0 } || attributes.ActivityId.Length == 0)
        {
            return Bad("BadScheduleActivityAttributes: ActivityId or ActivityType is not set on ScheduleActivityTaskCommand.");
        }

        if (Durations.Of(attributes.ScheduleToCloseTimeout) <= TimeSpan.Zero && Durations.Of(attributes.StartToCloseTimeout) <= TimeSpan.Zero)
        {
            return Bad($"BadScheduleActivityAttributes: A valid StartToClose or ScheduleToCloseTimeout is not set on ScheduleActivityTaskCommand. ActivityId={attributes.ActivityId} ActivityType={attributes.ActivityType.Name}");
        }

        return check.Execution.Activities.Has(attributes.ActivityId) || !check.Take("activity", attributes.ActivityId)
            ? new CommandFault(WorkflowTaskFailedCause.ScheduleActivityDuplicateId, $"ScheduleActivityDuplicateId: ActivityId={attributes.ActivityId}")
            : null;
    }

    public void Apply(CommandContext context, Command command)
    {
        var attributes = command.ScheduleActivityTaskCommandAttributes;
        var started = context.Execution.Started;
        var (scheduleToClose, scheduleToStart, startToClose, heartbeat) = ActivityTimeouts.Of(attributes, started.WorkflowRunTimeout);
        context.Execution.Activities.Schedule(context.Append(command, new HistoryEvent
        {
            EventType = EventType.ActivityTaskScheduled,
            ActivityTaskScheduledEventAttributes = new()
            {
                ActivityId = attributes.ActivityId,
                ActivityType = attributes.ActivityType,
                TaskQueue = attributes.TaskQueue is { Name.Length: > 0 } queue ? queue : started.TaskQueue,
                Header = attributes.Header,
                Input = attributes.Input,
                ScheduleToCloseTimeout = scheduleToClose,
                ScheduleToStartTimeout = scheduleToStart,
                StartToCloseTimeout = startToClose,
                HeartbeatTimeout = heartbeat,
                WorkflowTaskCompletedEventId = context.CompletedEventId,
                RetryPolicy = Retries.WithDefaults(attributes.RetryPolicy),
                UseWorkflowBuildId = attributes.UseWorkflowBuildId,
                Priority = attributes.Priority,
            },
        }));
    }

    private static CommandFault Bad(string message) => new(WorkflowTaskFailedCause.BadScheduleActivityAttributes, message);
}
