using System.CommandLine;
using PersonalizeConnectors.Starter.Jobs;
using PersonalizeConnectors.Starter.Queues;
using PersonalizeConnectors.Starter.Runs;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>queue drain status</c>.</summary>
internal static class QueueDrainStatusCommand
{
    public static Command Create()
    {
        var job = JobArgument.Create();
        var connector = QueueCommand.Connector();
        var json = CommonOptions.Json();
        var command = new Command(
            "status",
            """
            Shows the drain of a connector's queue: what it has done, what the queue holds, and how old the oldest message is.

            Example: personalize-connectors queue drain status s3://my-bucket/etl_jobs/related_items/because_you_bought
            """)
        {
            job, connector, json,
        };
        command.SetAction((parsed, cancellationToken) => CommandEnd.RunAsync(
            parsed.GetValue(json),
            token => ExecuteAsync(RunRequest.Resolve(parsed.GetRequiredValue(job)), parsed.GetValue(connector), parsed.GetValue(json), token),
            cancellationToken));
        return command;
    }

    private static async Task<int> ExecuteAsync(string jobPath, string? connector, bool json, CancellationToken cancellationToken)
    {
        using var target = await DrainTarget.OpenAsync(jobPath, connector, cancellationToken);
        await DrainEnd.TellAsync(target, json, cancellationToken);
        return ExitCodes.Done;
    }
}
