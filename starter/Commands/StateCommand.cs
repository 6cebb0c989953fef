using System.CommandLine;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>state</c>: what destinations have accepted.</summary>
internal static class StateCommand
{
    public static Command Create() => new("state", "The sync state of a job: what its destinations have accepted.") { StateShowCommand.Create(), StateResetCommand.Create() };
}
