using System.CommandLine;
using PersonalizeConnectors.Starter.Jobs;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>watch-events</c>: runs and deliveries that S3's events start.</summary>
internal static class WatchEventsCommand
{
    public static Command Create() => new("watch-events", "Starts jobs when their batch output is there, and delivers parts that something else writes.")
    {
        WatchEventsStartCommand.Create(), WatchEventsStopCommand.Create(), WatchEventsStatusCommand.Create(),
    };

    /// <summary>A command about the watch of a root.</summary>
    public static Command OnARoot(Command command, Func<string, ParseResult, bool, CancellationToken, Task<int>> execute)
    {
        var root = new Argument<string>("root") { Description = "The bucket that holds etl_jobs/, or a folder in it: s3://<bucket>." };
        var json = CommonOptions.Json();
        command.Add(root);
        command.Add(json);
        command.SetAction((parsed, cancellationToken) => CommandEnd.RunAsync(
            parsed.GetValue(json), token => execute(parsed.GetRequiredValue(root), parsed, parsed.GetValue(json), token), cancellationToken));
        return command;
    }
}
