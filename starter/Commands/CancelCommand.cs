using System.CommandLine;
using PersonalizeConnectors.Starter.Jobs;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Starter.Status;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>cancel</c>: ends the run of a job.</summary>
internal static class CancelCommand
{
    public static Command Create()
    {
        var job = JobArgument.Create();
        var detach = new Option<bool>("--detach") { Description = "Ask and return, without following the run to its end." };
        var json = CommonOptions.Json();
        var command = new Command(
            "cancel",
            """
            Cancels the run of a job that is under way on the Temporal service, and follows it to its end: what was accepted is recorded.
            Exit code 0 where the run was canceled; where it ended by itself meanwhile, the exit code of the run.

            Example: personalize-connectors cancel samples/etl_jobs/related_items/because_you_bought
            """)
        {
            job, detach, json,
        };
        command.SetAction((parsed, cancellationToken) => CommandEnd.RunAsync(
            parsed.GetValue(json),
            token => ExecuteAsync(RunRequest.Resolve(parsed.GetRequiredValue(job)), parsed.GetValue(detach), parsed.GetValue(json), token),
            cancellationToken));
        return command;
    }

    private static async Task<int> ExecuteAsync(string jobPath, bool detach, bool json, CancellationToken cancellationToken)
    {
        var run = await RunFound.FindRunningAsync(jobPath, "cancel", cancellationToken);
        await RunCancel.AskAsync(run.Handle);
        if (detach)
        {
            await Console.Out.WriteLineAsync(json
                ? Document.Of(new DetachDocument(run.Handle.Id, run.Description.RunId))
                : $"Asked workflow \"{run.Handle.Id}\" to cancel; \"watch\" shows how it ends.");
            return ExitCodes.Done;
        }

        WorkflowExecutionDescription closed;
        try
        {
            closed = await LiveFollow.RunAsync(run.Client, run.Handle, patience: null, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return await CommandEnd.FailAsync(json, ExitCodes.Interrupted, "Not followed any more; the run has been asked to cancel, and ends by itself.");
        }

        var exitCode = await RunEnd.TellAsync(RunRequest.Follow(jobPath, json), run.Handle, closed);
        return closed.Status == WorkflowExecutionStatus.Canceled ? ExitCodes.Done : exitCode;
    }
}
