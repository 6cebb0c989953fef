using System.CommandLine;
using PersonalizeConnectors.Starter.Queues;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>queue drain stop</c>.</summary>
internal static class QueueDrainStopCommand
{
    public static Command Create() => QueueCommand.OnADrain(
        new Command(
            "stop",
            """
            Stops the drain of a connector's queue, and waits for its end: requests in flight are settled, and what is not sent stays in the queue.

            Example: personalize-connectors queue drain stop s3://my-bucket/etl_jobs/related_items/because_you_bought
            """),
        async (target, json, cancellationToken) =>
        {
            await target.Workflow.StopAsync(
                drain => drain.StopAsync(),
                "Waiting for requests in flight; Ctrl-C leaves the drain to end by itself",
                $"No drain of connector \"{target.Connector.Name}\" of {target.JobPath} is under way. There is nothing to stop.",
                cancellationToken);
            return await DrainEnd.TellAsync(target, json, cancellationToken);
        });
}
