using System.CommandLine;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Starter.Status;
using PersonalizeConnectors.Starter.Watches;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Watch;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>watch-events stop</c>.</summary>
internal static class WatchEventsStopCommand
{
    public static Command Create() => WatchEventsCommand.OnARoot(
        new Command(
            "stop",
            """
            Stops the watch of a root, and waits for its end: runs that it started go on, events stay in the queue, starts that waited are given up.

            Example: personalize-connectors watch-events stop s3://my-bucket
            """),
        (root, _, json, cancellationToken) => ExecuteAsync(root, json, cancellationToken));

    private static async Task<int> ExecuteAsync(string root, bool json, CancellationToken cancellationToken)
    {
        var target = await WatchTarget.OpenAsync(root, cancellationToken);
        if (await JobStatusReader.FindAsync(target.Client, target.WorkflowId, cancellationToken) is not { Status: WorkflowExecutionStatus.Running })
        {
            throw new NoRunException($"No watch of {target.Root} is under way. There is nothing to stop.");
        }

        var handle = target.Client.GetWorkflowHandle<OutputWatchWorkflow>(target.WorkflowId);
        await handle.SignalAsync(watch => watch.StopAsync(), new WorkflowSignalOptions { Rpc = RunInspector.Deadline(cancellationToken) });
        try
        {
            await Patience.ShowAsync("Waiting for the watch; Ctrl-C leaves it to end by itself", _ => handle.GetResultAsync<OutputWatchResult>(
                rpcOptions: new RpcOptions { CancellationToken = cancellationToken }));
        }
        catch (WorkflowFailedException)
        {
            // How it ended is shown below.
        }

        return await WatchEnd.TellAsync(target, json, cancellationToken);
    }
}
