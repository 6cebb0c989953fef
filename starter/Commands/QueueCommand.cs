using System.CommandLine;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>queue</c>: delivery through SQS.</summary>
internal static class QueueCommand
{
    public static Command Create() => new("queue", "The queue of a job whose connector delivers through one.")
    {
        new Command("drain", "The drain that sends on what lies in the queue.") { QueueDrainStartCommand.Create(), QueueDrainStopCommand.Create(), QueueDrainStatusCommand.Create() },
    };

    public static Option<string?> Connector() => new("--connector") { Description = "Which connector; needed where several have a queue." };
}
