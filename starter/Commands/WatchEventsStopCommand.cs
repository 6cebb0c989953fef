using System.CommandLine;
using PersonalizeConnectors.Starter.Watches;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>watch-events stop</c>.</summary>
internal static class WatchEventsStopCommand
{
    public static Command Create() => WatchEventsCommand.OnARoot(
        new Command(
            "stop",
            """
            Stops the watch of a root, and waits for its end: runs that it started go on, events stay in the queue, and jobs that waited are
            started by the next watch.

            Example: personalize-connectors watch-events stop s3://my-bucket
            """),
        (root, _, json, cancellationToken) => ExecuteAsync(root, json, cancellationToken));

    private static async Task<int> ExecuteAsync(string root, bool json, CancellationToken cancellationToken)
    {
        var target = await WatchTarget.OpenAsync(root, cancellationToken);
        await target.Workflow.StopAsync(
            watch => watch.StopAsync(), "Waiting for the watch; Ctrl-C leaves it to end by itself", $"No watch of {target.Root} is under way. There is nothing to stop.",
            cancellationToken);
        return await WatchEnd.TellAsync(target, json, cancellationToken);
    }
}
