using System.CommandLine;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Starter.Jobs;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Starter.Status;
using PersonalizeConnectors.Starter.Temporal;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>status</c>: what a job is doing now.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var job = JobArgument.Create();
        var json = CommonOptions.Json();
        var command = new Command(
            "status",
            """
            Shows what a job is doing: the run under way with its steps, who runs it elsewhere, or how the last run ended.

            Example: personalize-connectors status samples/etl_jobs/related_items/because_you_bought
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
        var service = await Patience.ShowAsync("Connecting to Temporal", _ => ConfiguredService.ConnectAsync(cancellationToken));
        var (job, unseen) = Open(jobPath);
        using var opened = job;
        var status = await Patience.ShowAsync("Asking for the run's progress", _ => new JobStatusReader(service, job).ReadAsync(jobPath, cancellationToken));
        if (unseen is not null && status.Run is null && status.LastRun is null)
        {
            throw unseen; // The service knows no such job either.
        }

        if (json)
        {
            await Console.Out.WriteLineAsync(Document.Of(status));
        }
        else
        {
            Terminal.Write(StatusView.Of(status, TimeProvider.System.GetUtcNow()));
        }

        return ExitCodes.Done;
    }

    private static (JobScope? Job, ConnectorException? Unseen) Open(string jobPath)
    {
        try
        {
            return (JobScope.Open(jobPath), null);
        }
        catch (ConnectorException e)
        {
            return (null, e);
        }
    }
}
