using System.CommandLine;
using PersonalizeConnectors.Starter.Jobs;
using PersonalizeConnectors.Starter.Queues;
using PersonalizeConnectors.Starter.Runs;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>queue</c>: delivery through SQS.</summary>
internal static class QueueCommand
{
    public static Command Create() => new("queue", "The queue of a job whose connector delivers through one.")
    {
        new Command("drain", "The drain that sends on what lies in the queue.") { QueueDrainStartCommand.Create(), QueueDrainStopCommand.Create(), QueueDrainStatusCommand.Create() },
    };

    /// <summary>A command about the drain of a connector's queue.</summary>
    public static Command OnADrain(Command command, Func<DrainTarget, bool, CancellationToken, Task<int>> execute)
    {
        var job = JobArgument.Create();
        var connector = new Option<string?>("--connector") { Description = "Which connector; needed where several have a queue." };
        var json = CommonOptions.Json();
        command.Add(job);
        command.Add(connector);
        command.Add(json);
        command.SetAction((parsed, cancellationToken) => CommandEnd.RunAsync(
            parsed.GetValue(json),
            async token =>
            {
                using var target = await DrainTarget.OpenAsync(RunRequest.Resolve(parsed.GetRequiredValue(job)), parsed.GetValue(connector), token);
                return await execute(target, parsed.GetValue(json), token);
            },
            cancellationToken));
        return command;
    }
}
