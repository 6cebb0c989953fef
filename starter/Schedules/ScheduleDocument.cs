using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;
using Temporalio.Client.Schedules;
using Temporalio.Converters;

namespace PersonalizeConnectors.Starter.Schedules;

/// <summary>A job's schedule as the service has it; <c>docs/schedule.schema.json</c>.</summary>
/// <param name="JobPath">Null where its input names no job, so that every firing fails.</param>
/// <param name="WorkflowId">The job's workflow id, which every run of it has.</param>
/// <param name="Cron">In five fields; calendars that were set otherwise are written as such.</param>
/// <param name="TimeZone">That of <paramref name="Cron"/>.</param>
/// <param name="NextRuns">UTC; empty where it is paused or nothing comes any more.</param>
internal sealed record ScheduleDocument(
    string ScheduleId, string? JobPath, string? WorkflowId, string TaskQueue, IReadOnlyList<string> Cron, IReadOnlyList<IntervalDocument> Every, string TimeZone,
    double JitterSeconds, string Overlap, double CatchUpSeconds, string? Note, bool Paused, ScheduledOptions Options, ScheduleCounts Firings,
    IReadOnlyList<string> Running, IReadOnlyList<FiringDocument> Recent, IReadOnlyList<DateTimeOffset> NextRuns)
{
    // What the service takes where none is set.
    private static readonly TimeSpan DefaultCatchUp = TimeSpan.FromDays(365);

    public static async Task<ScheduleDocument> OfAsync(ScheduleDescription description)
    {
        var (schedule, info) = (description.Schedule, description.Info);
        var action = schedule.Action as ScheduleActionStartWorkflow;
        var input = await InputAsync(action);
        var jobPath = input.JobPath is { } given ? JobId.Canonical(given) : null;
        var isPaused = schedule.State.Paused;
        return new(
            description.Id,
            jobPath,
            jobPath is null ? null : JobId.Of(jobPath),
            action?.Options.TaskQueue ?? "",
            [.. schedule.Spec.Calendars.Select(CalendarText.Of), .. schedule.Spec.CronExpressions],
            [.. schedule.Spec.Intervals.Select(i => new IntervalDocument(i.Every.TotalSeconds, i.Offset?.TotalSeconds ?? 0))],
            schedule.Spec.TimeZoneName is { Length: > 0 } zone ? zone : TimeZones.Utc,
            schedule.Spec.Jitter?.TotalSeconds ?? 0,
            OverlapWords.Word(schedule.Policy.Overlap),
            (schedule.Policy.CatchupWindow ?? DefaultCatchUp).TotalSeconds,
            schedule.State.Note is { Length: > 0 } note ? note : null,
            isPaused,
            new(input.FullResync ?? false, input.Users, input.Limit, input.OverrideGuards ?? false),
            new(info.NumActions, info.NumActionsSkippedOverlap, info.NumActionsMissedCatchupWindow),
            [.. info.RunningActions.OfType<ScheduleActionExecutionStartWorkflow>().Select(r => r.WorkflowId)],
            [.. info.RecentActions.Select(a => new FiringDocument(Utc(a.ScheduledAt), Utc(a.StartedAt), (a.Action as ScheduleActionExecutionStartWorkflow)?.WorkflowId))],
            isPaused ? [] : [.. info.NextActionTimes.Select(Utc)]);
    }

    private static async Task<ConnectorJobInput> InputAsync(ScheduleActionStartWorkflow? action) =>
        action?.Args.OfType<IEncodedRawValue>().FirstOrDefault() is { } argument ? await argument.ToValueAsync<ConnectorJobInput>() : new();

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));
}

/// <param name="OffsetSeconds">After each multiple of the interval since the start of 1970 in UTC.</param>
internal sealed record IntervalDocument(double EverySeconds, double OffsetSeconds);

/// <summary>The options that each of its runs gets.</summary>
internal sealed record ScheduledOptions(bool FullResync, IReadOnlyList<string>? Users, long? Limit, bool OverrideGuards);

/// <param name="Started">Firings that started a workflow.</param>
/// <param name="Skipped">Left out because of the overlap policy.</param>
/// <param name="Missed">Left out because the service was away for longer than the catch-up window.</param>
internal sealed record ScheduleCounts(long Started, long Skipped, long Missed);

/// <param name="ScheduledAt">UTC, jitter included.</param>
/// <param name="WorkflowId">Of the workflow that it started, which runs the job under the job's own id.</param>
internal sealed record FiringDocument(DateTimeOffset ScheduledAt, DateTimeOffset StartedAt, string? WorkflowId);

/// <summary>The document of <c>schedule list --json</c>; <c>docs/schedules.schema.json</c>.</summary>
/// <param name="Service">Address of the Temporal service.</param>
internal sealed record SchedulesDocument(string Service, string Namespace, IReadOnlyList<ScheduleDocument> Schedules);

/// <summary>The document of <c>schedule trigger</c> and <c>schedule backfill</c>; <c>docs/schedule-firings.schema.json</c>.</summary>
/// <param name="Firings">How many were asked for.</param>
/// <param name="Started">Workflow ids of those that had begun when the command ended.</param>
/// <param name="Skipped">Left out because of the overlap policy until then; the rest waits for its turn.</param>
internal sealed record FiringsDocument(string ScheduleId, string JobPath, long Firings, IReadOnlyList<string> Started, long Skipped)
{
    public string Sentence()
    {
        var later = Firings - Started.Count - Skipped;
        string?[] parts =
        [
            Started.Count > 0 ? $"started {string.Join(", ", Started.Select(s => $"\"{Words.Clean(s)}\""))}" : null,
            Skipped > 0 ? $"{Words.Number(Skipped)} left out, since a run that the schedule started is under way" : null,
            later > 0 ? $"{Words.Number(later)} to come, each in its turn" : null,
        ];
        return $"{Words.Counted(Firings, "firing")}: {string.Join("; ", parts.Where(p => p is not null))}.";
    }
}

/// <summary>The document of <c>schedule delete</c>; <c>docs/schedule-delete.schema.json</c>.</summary>
internal sealed record ScheduleDeletedDocument(string ScheduleId, string JobPath);
