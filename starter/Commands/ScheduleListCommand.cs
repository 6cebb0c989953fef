using System.CommandLine;
using PersonalizeConnectors.Starter.Jobs;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Schedules;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>schedule list</c>: every schedule of a job on the service.</summary>
internal static class ScheduleListCommand
{
    public static Command Create()
    {
        var json = CommonOptions.Json();
        var command = new Command(
            "list",
            """
            Lists the schedules of jobs on the Temporal service, also those made by other means. The service's list lags a second or two behind.

            Example: personalize-connectors schedule list
            """)
        {
            json,
        };
        command.SetAction((parsed, cancellationToken) => CommandEnd.RunAsync(
            parsed.GetValue(json), token => ExecuteAsync(parsed.GetValue(json), token), cancellationToken));
        return command;
    }

    private static async Task<int> ExecuteAsync(bool json, CancellationToken cancellationToken)
    {
        var schedules = await JobSchedules.ConnectAsync(cancellationToken);
        var document = await Patience.ShowAsync("Reading the schedules", _ => schedules.ListAsync(cancellationToken));
        if (json)
        {
            await Console.Out.WriteLineAsync(Document.Of(document));
        }
        else
        {
            Terminal.Write(ScheduleView.Of(document, TimeZoneInfo.Local));
        }

        return ExitCodes.Done;
    }
}
