using System.CommandLine;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>schedule describe</c>: a job's schedule, its next runs and its last ones.</summary>
internal static class ScheduleDescribeCommand
{
    public static Command Create() => ScheduleCommand.OnAJob(
        new Command(
            "describe",
            """
            Shows the schedule of a job: when it fires next, what each firing runs with, what the last ones started.

            Example: personalize-connectors schedule describe samples/etl_jobs/related_items/because_you_bought
            """),
        async (schedules, _, jobPath, json, cancellationToken) => await ScheduleCommand.TellAsync(await schedules.DescribeAsync(jobPath, cancellationToken), json));
}
