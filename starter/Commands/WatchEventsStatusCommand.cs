using System.CommandLine;
using PersonalizeConnectors.Starter.Watches;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>watch-events status</c>.</summary>
internal static class WatchEventsStatusCommand
{
    public static Command Create() => WatchEventsCommand.OnARoot(
        new Command(
            "status",
            """
            Shows the watch of a root: the events it has received, what they were, and what it has started and delivered.

            Example: personalize-connectors watch-events status s3://my-bucket
            """),
        async (root, _, json, cancellationToken) =>
        {
            await WatchEnd.TellAsync(await WatchTarget.OpenAsync(root, cancellationToken), json, cancellationToken);
            return ExitCodes.Done;
        });
}
