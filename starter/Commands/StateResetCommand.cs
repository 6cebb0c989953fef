using System.CommandLine;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.State;
using PersonalizeConnectors.Starter.Jobs;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Runs;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>state reset</c>: the way out of a state that cannot be read, or is not wanted any more.</summary>
internal static class StateResetCommand
{
    // Stands in the job's hold while the state is removed, so that no run begins meanwhile.
    private const string HoldName = "state-reset";

    public static Command Create()
    {
        var job = JobArgument.Create();
        var connector = new Option<string>("--connector") { Description = "The connector's name in config.json.", Required = true };
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        var json = CommonOptions.Json();
        var reset = new Command(
            "reset",
            """
            Forgets what a connector's destination accepted: the next run sends every user.

            Example: personalize-connectors state reset samples/etl_jobs/related_items/because_you_bought --connector braze
            """)
        {
            job, connector, yes, json,
        };
        reset.SetAction((parsed, cancellationToken) => CommandEnd.RunAsync(
            parsed.GetValue(json),
            token => ExecuteAsync(
                RunRequest.Resolve(parsed.GetRequiredValue(job)), parsed.GetRequiredValue(connector), parsed.GetValue(yes), parsed.GetValue(json), token),
            cancellationToken));
        return reset;
    }

    private static async Task<int> ExecuteAsync(string jobPath, string connector, bool yes, bool json, CancellationToken cancellationToken)
    {
        using var job = JobScope.Open(jobPath);
        await ConnectorNames.RequireAsync(job.Location, connector, cancellationToken);
        if (!yes && !await ConfirmAsync(jobPath, connector, cancellationToken))
        {
            return await CommandEnd.FailAsync(json, ExitCodes.Failed, "Nothing was changed.");
        }

        var hold = job.Get<IJobHold>();
        await hold.AcquireAsync(job.Location, HoldName, cancellationToken);
        try
        {
            await StateReset.RunAsync(job.Location, connector, hold, HoldName, cancellationToken);
        }
        finally
        {
            await hold.ReleaseAsync(job.Location, HoldName, CancellationToken.None);
        }

        await Console.Out.WriteLineAsync(json
            ? Document.Of(new StateResetDocument(job.Location.JobPath, connector, IsReset: true))
            : $"The state of {connector} is reset; the next run sends every user.");
        return ExitCodes.Done;
    }

    private static async Task<bool> ConfirmAsync(string jobPath, string connector, CancellationToken cancellationToken)
    {
        await Console.Error.WriteAsync($"Forget the state of {connector} in {jobPath}? The next run sends every user. [y/N] ");

        // A console is read on the caller's thread and never lets go; the token does.
        var answer = await Task.Run(Console.In.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);
        return answer?.Trim() is "y" or "Y" or "yes";
    }
}

/// <summary><c>docs/state-reset.schema.json</c>.</summary>
internal sealed record StateResetDocument(string JobPath, string Connector, bool IsReset);
