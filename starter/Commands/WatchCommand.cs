using System.CommandLine;
using PersonalizeConnectors.Starter.Jobs;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Starter.Status;
using Temporalio.Api.Enums.V1;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>watch</c>: the live view of a run that was started elsewhere.</summary>
internal static class WatchCommand
{
    public static Command Create()
    {
        var job = JobArgument.Create();
        var json = CommonOptions.Json();
        var command = new Command(
            "watch",
            """
            Follows the run of a job that is under way on the Temporal service, and ends as it ends; reconnects by itself.
            Ctrl-C ends the watching, not the run. Where no run is under way, shows how the last one ended.

            Example: personalize-connectors watch samples/etl_jobs/related_items/because_you_bought
            """)
        {
            job, json,
        };
        command.SetAction((parsed, cancellationToken) => CommandEnd.RunAsync(
            parsed.GetValue(json), token => ExecuteAsync(RunRequest.Resolve(parsed.GetRequiredValue(job)), parsed.GetValue(json), token), cancellationToken));
        return command;
    }

    private static async Task<int> ExecuteAsync(string jobPath, bool json, CancellationToken cancellationToken)
    {
        var run = await RunFound.FindAsync(jobPath, cancellationToken);
        var closed = run.Description;
        if (closed.Status == WorkflowExecutionStatus.Running)
        {
            Terminal.Tell("Ctrl-C ends the watching, not the run.");
            try
            {
                closed = await LiveFollow.RunAsync(run.Client, run.Handle, patience: null, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return await CommandEnd.FailAsync(json, ExitCodes.Interrupted, "Not watched any more; the run goes on. \"cancel\" ends it.");
            }
        }
        else
        {
            Terminal.Tell("No run is under way; this is how the last one ended.");
        }

        return await RunEnd.TellAsync(RunRequest.Follow(jobPath, json), run.Handle, closed);
    }
}
