using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;

namespace PersonalizeConnectors.Local.Engine.Commands;

/// <summary>One kind of command that a workflow task answers with.</summary>
internal interface ICommandHandler
{
    /// <summary>Why the whole task fails, or null. Nothing is applied before every command of it has passed.</summary>
    CommandFault? Check(CommandCheck check, Command command);

    void Apply(CommandContext context, Command command);
}

internal sealed record CommandFault(WorkflowTaskFailedCause Cause, string Message);
