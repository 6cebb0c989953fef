using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace PersonalizeConnectors.Local.Engine.Commands;

internal sealed class StartTimer : ICommandHandler
{
    public CommandFault? Check(CommandCheck check, Command command)
    {
        var timerId = command.StartTimerCommandAttributes.TimerId;
        if (timerId.Length == 0)
        {
            return new CommandFault(WorkflowTaskFailedCause.BadStartTimerAttributes, "BadStartTimerAttributes: TimerId is not set on StartTimerCommand.");
        }

        return check.Execution.Timers.Has(timerId) || !check.Take("timer", timerId)
            ? new CommandFault(WorkflowTaskFailedCause.StartTimerDuplicateId, $"StartTimerDuplicateId: TimerId={timerId}")
            : null;
    }

    public void Apply(CommandContext context, Command command) =>
        context.Execution.Timers.Start(context.Append(command, new HistoryEvent
        {
            EventType = EventType.TimerStarted,
            TimerStartedEventAttributes = new()
            {
                TimerId = command.StartTimerCommandAttributes.TimerId,
                StartToFireTimeout = command.StartTimerCommandAttributes.StartToFireTimeout,
                WorkflowTaskCompletedEventId = context.CompletedEventId,
            },
        }));
}
