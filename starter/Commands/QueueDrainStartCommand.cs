using System.CommandLine;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Starter.Jobs;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Queues;
using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Delivery;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>queue drain start</c>.</summary>
internal static class QueueDrainStartCommand
{
    public static Command Create()
    {
        var job = JobArgument.Create();
        var connector = QueueCommand.Connector();
        var json = CommonOptions.Json();
        var command = new Command(
            "start",
            """
            Starts the drain of a connector's queue on the Temporal service: a worker there sends on what the queue holds and what comes, until it is
            stopped.

            Example: personalize-connectors queue drain start s3://my-bucket/etl_jobs/related_items/because_you_bought
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
        var queue = await Patience.ShowAsync(
            "Looking at the queue", _ => target.Job.Get<QueueInspector>().ReadAsync(target.Connector, cancellationToken));
        var input = new QueueDrainInput { JobPath = jobPath, Connector = target.Connector.Name };
        try
        {
            var handle = await target.Client.StartWorkflowAsync(
                (QueueDrainWorkflow drain) => drain.RunAsync(input),
                new WorkflowOptions(target.WorkflowId, target.TaskQueue)
                {
                    StaticSummary = $"Drain of {queue.Name} to {target.Connector.Name}",
                    Rpc = new RpcOptions { CancellationToken = cancellationToken },
                });
            await Console.Out.WriteLineAsync(json
                ? Document.Of(new DetachDocument(handle.Id, handle.ResultRunId))
                : $"Started workflow \"{handle.Id}\": it drains {Words.Clean(queue.Name)}, where {Words.Counted(queue.Waiting, "message")} wait. \"queue drain status\" shows it, \"queue drain stop\" ends it.");
            return ExitCodes.Done;
        }
        catch (WorkflowAlreadyStartedException)
        {
            throw new ConnectorException(
                FailureTypes.JobAlreadyRunning,
                $"A drain of connector \"{target.Connector.Name}\" is under way as workflow \"{target.WorkflowId}\". \"queue drain status\" shows it.",
                transient: false);
        }
    }
}
