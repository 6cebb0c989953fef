using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;
using Temporalio.Client;
using Temporalio.Client.Schedules;

namespace PersonalizeConnectors.Starter.Schedules;

/// <summary>What <c>schedule create</c> was told.</summary>
/// <param name="Run">What each firing runs.</param>
/// <param name="Cron">Checked by <see cref="CronExpression"/>; with <paramref name="Every"/> at least one.</param>
/// <param name="Every">Intervals, counted from the start of 1970 in UTC.</param>
/// <param name="TimeZone">IANA name; null for UTC.</param>
/// <param name="Jitter">Each firing comes up to so much later; null for none.</param>
/// <param name="Overlap">One of <see cref="OverlapWords.All"/>.</param>
/// <param name="CatchUp">Firings that an outage of the service kept from happening are made up for within it.</param>
/// <param name="Replace">Takes the place of the job's schedule, if there is one.</param>
internal sealed record ScheduleRequest(
    RunRequest Run,
    IReadOnlyList<string> Cron,
    IReadOnlyList<TimeSpan> Every,
    string? TimeZone,
    TimeSpan? Jitter,
    string Overlap,
    TimeSpan CatchUp,
    string? Note,
    bool Replace)
{
    public Schedule ToSchedule()
    {
        var input = Run.ToInput();
        var scheduleId = JobId.ScheduleOf(Run.JobPath);
        return new(
            ScheduleActionStartWorkflow.Create(
                (ConnectorJobWorkflow job) => job.RunAsync(input),
                new WorkflowOptions(scheduleId, Run.IsLocal ? TaskQueues.ForHost(Environment.MachineName) : TaskQueues.Main)
                {
                    StaticSummary = $"Scheduled run of {Run.JobPath}",
                }),
            new ScheduleSpec
            {
                CronExpressions = Cron,
                Intervals = [.. Every.Select(e => new ScheduleIntervalSpec(e))],
                TimeZoneName = TimeZone,
                Jitter = Jitter,
            })
        {
            Policy = new() { Overlap = OverlapWords.Policy(Overlap), CatchupWindow = CatchUp },
            State = new() { Note = Note },
        };
    }
}
