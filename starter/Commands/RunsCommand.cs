using System.CommandLine;
using PersonalizeConnectors.Starter.History;
using PersonalizeConnectors.Starter.Jobs;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Runs;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>runs</c>: the history of a job.</summary>
internal static class RunsCommand
{
    private const int DefaultLimit = 30;

    public static Command Create()
    {
        var job = JobArgument.Create();
        var limit = CommonOptions.Number("--limit", $"At most so many runs, the newest ones; {DefaultLimit} where it is left out.", 1, long.MaxValue);
        var json = CommonOptions.Json();
        var command = new Command(
            "runs",
            """
            Lists the runs of a job, newest first: how they ended, how long they took, what became of the users.

            Example: personalize-connectors runs samples/etl_jobs/related_items/because_you_bought --limit 10
            """)
        {
            job, limit, json,
        };
        command.SetAction((parsed, cancellationToken) => CommandEnd.RunAsync(
            parsed.GetValue(json),
            token => ExecuteAsync(RunRequest.Resolve(parsed.GetRequiredValue(job)), (int)Math.Min(int.MaxValue, parsed.GetValue(limit) ?? DefaultLimit), parsed.GetValue(json), token),
            cancellationToken));
        return command;
    }

    private static async Task<int> ExecuteAsync(string jobPath, int limit, bool json, CancellationToken cancellationToken)
    {
        using var job = JobScope.Open(jobPath);
        var (list, runs) = await Patience.ShowAsync("Reading the reports", position => ReadAsync(new RunHistory(job.Location), limit, position, cancellationToken));
        var document = RunsDocument.Of(job.Location, list, runs);
        if (json)
        {
            await Console.Out.WriteLineAsync(Document.Of(document));
        }
        else
        {
            Terminal.Write(RunsView.Of(document));
        }

        return ExitCodes.Done;
    }

    private static async Task<(RunList List, IReadOnlyList<PastRun> Runs)> ReadAsync(
        RunHistory history, int limit, IProgress<string> position, CancellationToken cancellationToken)
    {
        var list = await history.ListAsync(cancellationToken);
        var newest = list.Runs.Take(limit).ToList();
        return (list, await history.ReadAllAsync(newest, new Count(newest.Count, position), cancellationToken));
    }

    private sealed class Count(int total, IProgress<string> position) : IProgress<int>
    {
        public void Report(int value) => position.Report($"{value} of {total}");
    }
}
