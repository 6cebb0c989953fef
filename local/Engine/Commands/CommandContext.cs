using PersonalizeConnectors.Local.Engine.Executions;
using Temporalio.Api.Command.V1;
using Temporalio.Api.History.V1;

namespace PersonalizeConnectors.Local.Engine.Commands;

/// <summary>What the commands of one task are applied to.</summary>
/// <param name="CompletedEventId">The completed event of the task, which the events of its commands name.</param>
internal sealed record CommandContext(Execution Execution, long CompletedEventId, string Identity)
{
    /// <summary>True once a command has made news by itself: a canceled activity that no worker had.</summary>
    public bool HasNews { get; set; }

    public HistoryEvent Append(Command command, HistoryEvent happened)
    {
        happened.UserMetadata = command.UserMetadata;
        return Execution.Log.Append(happened);
    }
}
