using System.CommandLine;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>schedule trigger</c>: fires at once.</summary>
internal static class ScheduleTriggerCommand
{
    public static Command Create()
    {
        var overlap = ScheduleCommand.Overlap("In place of the schedule's own policy.");
        return ScheduleCommand.OnAJob(
            new Command(
                "trigger",
                """
                Fires the schedule of a job at once, paused or not, with the options of its runs. "watch" follows the run.

                Example: personalize-connectors schedule trigger samples/etl_jobs/related_items/because_you_bought
                """)
            {
                overlap,
            },
            async (schedules, parsed, jobPath, json, cancellationToken) => await ScheduleCommand.TellAsync(
                await schedules.TriggerAsync(jobPath, parsed.GetValue(overlap), cancellationToken), json));
    }
}
