using System.CommandLine;
using PersonalizeConnectors.Starter.Jobs;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Queues;
using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Starter.Status;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Delivery;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>queue drain stop</c>.</summary>
internal static class QueueDrainStopCommand
{
    public static Command Create()
    {
        var job = JobArgument.Create();
        var connector = QueueCommand.Connector();
        var json = CommonOptions.Json();
        var command = new Command(
            "stop",
            """
            Stops the drain of a connector's queue, and waits for its end: requests in flight are settled, and what is not sent stays in the queue.

            Example: personalize-connectors queue drain stop s3://my-bucket/etl_jobs/related_items/because_you_bought
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
        var found = await JobStatusReader.FindAsync(target.Client, target.WorkflowId, cancellationToken);
        if (found is not { Status: WorkflowExecutionStatus.Running })
        {
            throw new NoRunException($"No drain of connector \"{target.Connector.Name}\" of {jobPath} is under way. There is nothing to stop.");
        }

        var handle = target.Client.GetWorkflowHandle<QueueDrainWorkflow>(target.WorkflowId);
        await handle.SignalAsync(drain => drain.StopAsync(), new WorkflowSignalOptions { Rpc = RunInspector.Deadline(cancellationToken) });
        try
        {
            await Patience.ShowAsync("Waiting for requests in flight; Ctrl-C leaves the drain to end by itself", _ => handle.GetResultAsync<QueueDrainResult>(
                rpcOptions: new RpcOptions { CancellationToken = cancellationToken }));
        }
        catch (WorkflowFailedException)
        {
            // How it ended is shown below.
        }

        return await DrainEnd.TellAsync(target, json, cancellationToken);
    }
}
