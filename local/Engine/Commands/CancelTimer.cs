using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.History.V1;

namespace PersonalizeConnectors.Local.Engine.Commands;

/// <summary>A timer that fired while the task was in flight can still be canceled: then it never fired.</summary>
internal sealed class CancelTimer : ICommandHandler
{
    public CommandFault? Check(CommandCheck check, Command command)
    {
        var timerId = command.CancelTimerCommandAttributes.TimerId;
        if (check.Execution.Log.IsTimerFiredBuffered(timerId))
        {
            check.Unseen--;
            return null;
        }

        return check.Execution.Timers.Has(timerId) || check.IsTaken("timer", timerId)
            ? null
            : new CommandFault(WorkflowTaskFailedCause.BadCancelTimerAttributes, $"BadCancelTimerAttributes: TimerID: {timerId} does not exist");
    }

    public void Apply(CommandContext context, Command command)
    {
        var timerId = command.CancelTimerCommandAttributes.TimerId;
        context.Append(command, new HistoryEvent
        {
            EventType = EventType.TimerCanceled,
            TimerCanceledEventAttributes = new()
            {
                TimerId = timerId,
                StartedEventId = context.Execution.Timers.Cancel(timerId),
                WorkflowTaskCompletedEventId = context.CompletedEventId,
                Identity = context.Identity,
            },
        });
    }
}
