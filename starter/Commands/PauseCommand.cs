using System.CommandLine;
using PersonalizeConnectors.Starter.Jobs;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>pause</c>: holds the run of a job up.</summary>
internal static class PauseCommand
{
    public static Command Create() => Create(
        PauseSignals.Pause,
        """
        Pauses the run of a job that is under way on the Temporal service: no new step begins, and a delivery stops within seconds.
        What was accepted is recorded. The job's schedule goes on; "schedule pause" pauses that.

        Example: personalize-connectors pause samples/etl_jobs/related_items/because_you_bought
        """);

    /// <param name="signal">One of <see cref="PauseSignals"/>, and the command's name.</param>
    public static Command Create(string signal, string description)
    {
        var job = JobArgument.Create();
        var json = CommonOptions.Json();
        var command = new Command(signal, description)
        {
            job, json,
        };
        command.SetAction((parsed, cancellationToken) => CommandEnd.RunAsync(
            parsed.GetValue(json),
            token => ExecuteAsync(RunRequest.Resolve(parsed.GetRequiredValue(job)), signal, parsed.GetValue(json), token),
            cancellationToken));
        return command;
    }

    private static async Task<int> ExecuteAsync(string jobPath, string signal, bool json, CancellationToken cancellationToken)
    {
        var document = await RunPause.AskAsync(jobPath, signal, cancellationToken);
        await Console.Out.WriteLineAsync(json ? Document.Of(document) : document.Sentence(signal));
        return ExitCodes.Done;
    }
}
