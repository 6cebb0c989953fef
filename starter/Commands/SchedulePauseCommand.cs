using System.CommandLine;
using PersonalizeConnectors.Starter.Schedules;

namespace PersonalizeConnectors.Starter.Commands;

/// <summary><c>schedule pause</c> and <c>schedule resume</c>.</summary>
internal static class SchedulePauseCommand
{
    public static Command CreatePause() => Create(
        "pause",
        """
        Pauses the schedule of a job: it does not fire until it is resumed. A run under way goes on; "pause" pauses that.

        Example: personalize-connectors schedule pause samples/etl_jobs/related_items/because_you_bought --note "stocktaking"
        """,
        "Paused",
        (schedules, jobPath, note, cancellationToken) => schedules.PauseAsync(jobPath, note, cancellationToken));

    public static Command CreateResume() => Create(
        "resume",
        """
        Lets a paused schedule fire again. What it would have fired meanwhile is not made up for; "schedule trigger" runs the job at once.

        Example: personalize-connectors schedule resume samples/etl_jobs/related_items/because_you_bought
        """,
        "Resumed",
        (schedules, jobPath, note, cancellationToken) => schedules.ResumeAsync(jobPath, note, cancellationToken));

    private static Command Create(
        string name, string description, string done, Func<JobSchedules, string, string, CancellationToken, Task<ScheduleDocument>> change)
    {
        var note = new Option<string?>("--note") { Description = "Takes the place of the schedule's note; who did it where it is left out.", HelpName = "text" };
        return ScheduleCommand.OnAJob(
            new Command(name, description) { note },
            async (schedules, parsed, jobPath, json, cancellationToken) => await ScheduleCommand.TellAsync(
                await change(schedules, jobPath, parsed.GetValue(note) ?? $"{done} by {Environment.UserName}@{Environment.MachineName}", cancellationToken), json));
    }
}
