using System.CommandLine;
using System.Text;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Starter.Completion;
using PersonalizeConnectors.Starter.History;
using PersonalizeConnectors.Starter.Jobs;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>report</c>: what happened in a run.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var job = JobArgument.Create();
        var run = new Argument<string?>("run") { Description = "Id of the run, or the beginning of it. The default is the newest run.", Arity = ArgumentArity.ZeroOrOne };
        run.CompletionSources.Add(context => RunIds.Complete(context.ParseResult.GetResult(job) is { Tokens.Count: > 0 } typed ? typed.Tokens[0].Value : null));
        var json = CommonOptions.Json();
        var command = new Command(
            "report",
            """
            Shows one run: the funnel, outcomes with reasons, the delta against earlier runs, time and rate per step.

            Example: personalize-connectors report samples/etl_jobs/related_items/because_you_bought 20261124T02
            """)
        {
            job, run, json,
        };
        command.SetAction((parsed, cancellationToken) => CommandEnd.RunAsync(
            parsed.GetValue(json),
            token => ExecuteAsync(RunRequest.Resolve(parsed.GetRequiredValue(job)), parsed.GetValue(run), parsed.GetValue(json), token),
            cancellationToken));
        return command;
    }

    private static async Task<int> ExecuteAsync(string jobPath, string? given, bool json, CancellationToken cancellationToken)
    {
        using var job = JobScope.Open(jobPath);
        var history = new RunHistory(job.Location);
        var list = await history.ListAsync(cancellationToken);
        var runId = RunFinder.Find(list.Runs, given, job.Location.JobPath);
        var (run, earlier) = await Patience.ShowAsync("Reading the reports", async _ =>
            (await history.ReadAsync(runId, cancellationToken), json ? [] : await history.ReadEarlierAsync(list.Runs, runId, TrendView.Runs - 1, cancellationToken)));
        if (run.Report is null)
        {
            throw new ConnectorException(FailureTypes.Storage, $"{run.Trouble} Look at another run: \"runs\" lists them.", transient: false);
        }

        if (json)
        {
            // As it lies there: this version may not know all that is in it.
            await Console.Out.WriteLineAsync(Encoding.UTF8.GetString(await history.ReadBytesAsync(runId, cancellationToken)));
            return ExitCodes.Done;
        }

        Terminal.Write(ReportView.Of(run.Report, earlier, TimeProvider.System.GetUtcNow()));
        return ExitCodes.Done;
    }
}
