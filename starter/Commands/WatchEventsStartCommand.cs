using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Starter.Schedules;
using PersonalizeConnectors.Starter.Watches;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>watch-events start</c>.</summary>
internal static class WatchEventsStartCommand
{
    private const string DefaultQueue = "personalize-connectors-events";

    private static readonly TimeSpan DefaultQuiet = TimeSpan.FromSeconds(OutputWatchInput.DefaultQuietSeconds);

    public static Command Create()
    {
        var queue = new Option<string>("--queue")
        {
            Description = $"Name or address of the queue that gets the events; {DefaultQueue} where it is left out.",
            HelpName = "queue",
            DefaultValueFactory = _ => DefaultQueue,
        };
        var quiet = new Option<string?>("--quiet")
        {
            Description = $"A job starts when no further .out file has come for so long: 90s, 5m; {Durations.Text(DefaultQuiet)} where it is left out.",
            HelpName = "duration",
        };
        quiet.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && !(Durations.Parse(token.Value) >= TimeSpan.FromSeconds(1)))
            {
                result.AddError($"--quiet {token.Value} is no duration of 1s or more. Write 90s, 5m or 1h.");
            }
        });
        var command = new Command(
            "start",
            """
            Starts the watch of a root on the Temporal service: a worker there receives the events of its buckets, until it is stopped.

            Example: personalize-connectors watch-events start s3://my-bucket --queue personalize-connectors-events
            """)
        {
            queue, quiet,
        };
        return WatchEventsCommand.OnARoot(command, (root, parsed, json, cancellationToken) => ExecuteAsync(
            root, parsed.GetRequiredValue(queue), parsed.GetValue(quiet) is { } text ? Durations.Parse(text)!.Value : DefaultQuiet, json, cancellationToken));
    }

    private static async Task<int> ExecuteAsync(string root, string queue, TimeSpan quiet, bool json, CancellationToken cancellationToken)
    {
        var target = await WatchTarget.OpenAsync(root, cancellationToken);
        using var host = LocalHost.Create(target.Root);
        var backlog = await Patience.ShowAsync(
            "Looking at the queue", _ => host.Services.GetRequiredService<QueueInspector>().ReadByAddressAsync(queue, cancellationToken));
        var left = await Patience.ShowAsync("Asking for the last watch", _ => WatchReader.LeftAsync(target, cancellationToken));
        if (left is null)
        {
            await Console.Error.WriteLineAsync(
                "No worker answers, and only a worker can tell which jobs still waited when the last watch was ended by force: those are not started. "
                + "Start them with \"run\", or start a worker first and this watch after it.");
        }

        var input = new OutputWatchInput
        {
            Root = target.Root,
            Queue = queue,
            QuietSeconds = (int)quiet.TotalSeconds,
            Earlier = left is not { Count: > 0 } ? null : new(target.Root, queue, new(), new(), Started: 0, Busy: 0, Late: 0, left, Undelivered: [], Trouble: null),
        };
        var handle = await target.Workflow.StartAsync(
            watch => watch.RunAsync(input), TaskQueues.Main, $"Watch of {target.Root} by {backlog.Name}",
            $"A watch of {target.Root} is under way as workflow \"{target.WorkflowId}\". \"watch-events status\" shows it.", cancellationToken);
        await Console.Out.WriteLineAsync(json
            ? Document.Of(new DetachDocument(handle.Id, handle.ResultRunId))
            : $"Started workflow \"{handle.Id}\": it receives from {Words.Clean(backlog.Name)}, where {Words.Counted(backlog.Waiting, "message")} wait."
                + (left?.Count(job => job.Due is not null) is > 0 and var waiting ? $" {Words.Counted(waiting, "job")} that waited when the last watch ended will be started." : "")
                + " \"watch-events status\" shows it, \"watch-events stop\" ends it.");
        return ExitCodes.Done;
    }
}
