using System.CommandLine;
using PersonalizeConnectors.Starter.Queues;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>queue drain status</c>.</summary>
internal static class QueueDrainStatusCommand
{
    public static Command Create() => QueueCommand.OnADrain(
        new Command(
            "status",
            """
            Shows the drain of a connector's queue: what it has done, what the queue holds, and how old the oldest message is.

            Example: personalize-connectors queue drain status s3://my-bucket/etl_jobs/related_items/because_you_bought
            """),
        async (target, json, cancellationToken) =>
        {
            await DrainEnd.TellAsync(target, json, cancellationToken);
            return ExitCodes.Done;
        });
}
