using System.CommandLine;
using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Queues;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>queue drain start</c>.</summary>
internal static class QueueDrainStartCommand
{
    public static Command Create() => QueueCommand.OnADrain(
        new Command(
            "start",
            """
            Starts the drain of a connector's queue on the Temporal service: a worker there sends on what the queue holds and what comes, until it is
            stopped.

            Example: personalize-connectors queue drain start s3://my-bucket/etl_jobs/related_items/because_you_bought
            """),
        ExecuteAsync);

    private static async Task<int> ExecuteAsync(DrainTarget target, bool json, CancellationToken cancellationToken)
    {
        var queue = await Patience.ShowAsync(
            "Looking at the queue", _ => target.Job.Get<QueueInspector>().ReadAsync(target.Connector, cancellationToken));
        var input = new QueueDrainInput { JobPath = target.JobPath, Connector = target.Connector.Name };
        var handle = await target.Workflow.StartAsync(
            drain => drain.RunAsync(input), target.TaskQueue, $"Drain of {queue.Name} to {target.Connector.Name}",
            $"A drain of connector \"{target.Connector.Name}\" is under way as workflow \"{target.WorkflowId}\". \"queue drain status\" shows it.", cancellationToken);
        await Console.Out.WriteLineAsync(json
            ? Document.Of(new DetachDocument(handle.Id, handle.ResultRunId))
            : $"Started workflow \"{handle.Id}\": it drains {Words.Clean(queue.Name)}, where {Words.Counted(queue.Waiting, "message")} wait. \"queue drain status\" shows it, \"queue drain stop\" ends it.");
        return ExitCodes.Done;
    }
}
