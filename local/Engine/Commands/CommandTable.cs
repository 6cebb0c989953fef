using PersonalizeConnectors.Local.Engine.Executions;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;

namespace PersonalizeConnectors.Local.Engine.Commands;

/// <summary>All commands that the engine carries.</summary>
internal static class CommandTable
{
    private static readonly Dictionary<CommandType, ICommandHandler> Handlers = new()
    {
        [CommandType.ScheduleActivityTask] = new ScheduleActivity(),
        [CommandType.RequestCancelActivityTask] = new RequestCancelActivity(),
        [CommandType.StartTimer] = new StartTimer(),
        [CommandType.CancelTimer] = new CancelTimer(),
        [CommandType.StartChildWorkflowExecution] = new StartChild(),
        [CommandType.SignalExternalWorkflowExecution] = new SignalExternal(),
        [CommandType.RequestCancelExternalWorkflowExecution] = new RequestCancelExternal(),
        [CommandType.RecordMarker] = new RecordMarker(),
        [CommandType.UpsertWorkflowSearchAttributes] = new UpsertSearchAttributes(),
        [CommandType.ModifyWorkflowProperties] = new ModifyProperties(),
        [CommandType.CompleteWorkflowExecution] = new CompleteWorkflow(),
        [CommandType.FailWorkflowExecution] = new FailWorkflow(),
        [CommandType.CancelWorkflowExecution] = new CancelWorkflow(),
        [CommandType.ContinueAsNewWorkflowExecution] = new ContinueAsNew(),
    };

    public static CommandFault? Check(Execution execution, IEnumerable<Command> commands)
    {
        var check = new CommandCheck(execution);
        foreach (var command in commands)
        {
            if (!Handlers.TryGetValue(command.CommandType, out var handler))
            {
                return new CommandFault(
                    WorkflowTaskFailedCause.FeatureDisabled,
                    $"the embedded engine does not carry the command {command.CommandType}; use a Temporal service: set TEMPORAL_ADDRESS");
            }

            if (handler.Check(check, command) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    public static void Apply(CommandContext context, IEnumerable<Command> commands)
    {
        foreach (var command in commands)
        {
            if (!context.Execution.IsOpen)
            {
                return;
            }

            Handlers[command.CommandType].Apply(context, command);
        }
    }
}
