using System.CommandLine;
using PersonalizeConnectors.Starter.Output;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>schedule delete</c>: the job no longer runs by itself.</summary>
internal static class ScheduleDeleteCommand
{
    public static Command Create() => ScheduleCommand.OnAJob(
        new Command(
            "delete",
            """
            Deletes the schedule of a job. A run under way goes on, and the job stays as it is.

            Example: personalize-connectors schedule delete samples/etl_jobs/related_items/because_you_bought
            """),
        async (schedules, _, jobPath, json, cancellationToken) =>
        {
            var deleted = await schedules.DeleteAsync(jobPath, cancellationToken);
            await Console.Out.WriteLineAsync(json ? Document.Of(deleted) : $"The schedule \"{deleted.ScheduleId}\" is deleted; {jobPath} no longer runs by itself.");
            return ExitCodes.Done;
        });
}
