using System.CommandLine;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>resume</c>: lets a paused run go on.</summary>
internal static class ResumeCommand
{
    public static Command Create() => PauseCommand.Create(
        PauseSignals.Resume,
        """
        Lets a paused run go on where it was; one that is not paused is left as it is.

        Example: personalize-connectors resume samples/etl_jobs/related_items/because_you_bought
        """);
}
