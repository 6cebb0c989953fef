using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.State;
using PersonalizeConnectors.Starter.Runs;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>state reset</c>: the way out of a state that cannot be read, or is not wanted any more.</summary>
internal static class StateCommand
{
    // Stands in the job's hold while the state is removed, so that no run begins meanwhile.
    private const string HoldName = "state-reset";

    public static Command Create()
    {
        var job = JobArgument.Create();
        var connector = new Option<string>("--connector") { Description = "The connector's name in config.json.", Required = true };
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        var reset = new Command(
            "reset",
            """
            Forgets what a connector's destination accepted: the next run sends every user.

            Example: personalize-connectors state reset samples/etl_jobs/related_items/because_you_bought --connector braze
            """)
        {
            job, connector, yes,
        };
        reset.SetAction((parsed, cancellationToken) => ResetAsync(
            RunRequest.Resolve(parsed.GetRequiredValue(job)), parsed.GetRequiredValue(connector), parsed.GetValue(yes), cancellationToken));
        return new Command("state", "The sync state of a job.") { reset };
    }

    private static async Task<int> ResetAsync(string jobPath, string connector, bool yes, CancellationToken cancellationToken)
    {
        if (!yes && !Confirm(jobPath, connector))
        {
            await Console.Error.WriteLineAsync("Nothing was changed.");
            return ExitCodes.Failed;
        }

        using var host = LocalHost.Create(jobPath);
        try
        {
            var location = host.Services.GetRequiredService<IJobLocator>().Open(jobPath);
            var hold = host.Services.GetRequiredService<IJobHold>();
            await hold.AcquireAsync(location, HoldName, cancellationToken);
            await StateReset.RunAsync(location, connector, cancellationToken);
            await hold.ReleaseAsync(location, HoldName, cancellationToken);
            await Console.Out.WriteLineAsync($"The state of {connector} is reset; the next run sends every user.");
            return ExitCodes.Done;
        }
        catch (ConnectorException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCodes.OfFailure(e.Type);
        }
    }

    private static bool Confirm(string jobPath, string connector)
    {
        Console.Error.Write($"Forget the state of {connector} in {jobPath}? The next run sends every user. [y/N] ");
        return Console.In.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }
}
