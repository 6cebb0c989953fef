using System.Globalization;
using PersonalizeConnectors.Starter.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PersonalizeConnectors.Starter.Schedules;

/// <summary>A schedule, and the list of them, for a terminal. Times are this machine's; where the schedule has another zone, that zone's too.</summary>
internal static class ScheduleView
{
    private const int NextShown = 5;
    private const int RecentShown = 5;

    private static readonly Style Soft = new(Color.Grey);

    public static IEnumerable<IRenderable> Of(ScheduleDocument schedule, TimeZoneInfo local)
    {
        yield return new Text(Words.Clean(schedule.JobPath ?? "its input names no job"), new Style(decoration: Decoration.Bold));
        var grid = new Grid().AddColumn(new GridColumn().Width(9).PadLeft(2).NoWrap()).AddColumn(new GridColumn());
        Add("schedule", Words.Clean(schedule.ScheduleId));
        Add("state", State(schedule), schedule.Paused ? new Style(Color.Yellow) : new Style(Color.Green));
        Add("when", When(schedule));
        Add("next", schedule.NextRuns.Count == 0 ? "never" : string.Join('\n', schedule.NextRuns.Take(NextShown).Select(t => Time(t, schedule.TimeZone, local))));
        Add("overlap", OverlapWords.Meaning(schedule.Overlap) is { } meaning ? $"{schedule.Overlap}: {meaning}" : schedule.Overlap);
        Add("catch-up", $"firings of the last {Durations.Text(TimeSpan.FromSeconds(schedule.CatchUpSeconds))} are made up for after an outage of the service");
        Add("options", Options(schedule.Options));
        Add("workers", $"those of the task queue {Words.Clean(schedule.TaskQueue)}");
        Add("firings", $"{Words.Number(schedule.Firings.Started)} started, {Words.Number(schedule.Firings.Skipped)} skipped, {Words.Number(schedule.Firings.Missed)} missed");
        foreach (var firing in schedule.Recent.Reverse().Take(RecentShown))
        {
            Add("", $"{Time(firing.StartedAt, schedule.TimeZone, local)}  {Words.Clean(firing.WorkflowId ?? "")}{(schedule.Running.Contains(firing.WorkflowId) ? "  under way" : "")}", Soft);
        }

        yield return grid;

        void Add(string name, string value, Style? style = null) => grid.AddRow(new Text(name, Soft), new Text(value, style));
    }

    public static IEnumerable<IRenderable> Of(SchedulesDocument document, TimeZoneInfo local)
    {
        if (document.Schedules.Count == 0)
        {
            yield return new Text($"Temporal at {document.Service} (namespace {document.Namespace}) has no schedule of a job. \"schedule create\" makes one.");
            yield break;
        }

        var table = Parts.Grid("job", "when", "next run", "state", "started", "skipped");
        foreach (var schedule in document.Schedules)
        {
            table.AddRow(
                new Text(Words.Clean(schedule.JobPath ?? schedule.ScheduleId)),
                new Text(When(schedule)),
                new Text(schedule.NextRuns.Count == 0 ? "never" : Time(schedule.NextRuns[0], schedule.TimeZone, local)),
                new Text(State(schedule), schedule.Paused ? new Style(Color.Yellow) : new Style(Color.Green)),
                new Text(Words.Number(schedule.Firings.Started)),
                new Text(Words.Number(schedule.Firings.Skipped)));
        }

        yield return table;
    }

    /// <summary>Local time with its offset, and the zone's own where that differs.</summary>
    public static string Time(DateTimeOffset time, string zoneName, TimeZoneInfo local)
    {
        var here = TimeZoneInfo.ConvertTime(time, local);
        var text = here.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);
        return TimeZones.Find(zoneName) is { } zone && zone.GetUtcOffset(time) != here.Offset
            ? $"{text} ({TimeZoneInfo.ConvertTime(time, zone).ToString(zone.GetUtcOffset(time).Days == 0 && TimeZoneInfo.ConvertTime(time, zone).Date == here.Date ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)} {Words.Clean(zoneName)})"
            : text;
    }

    private static string State(ScheduleDocument schedule) =>
        (schedule.Paused ? "paused" : "active") + (schedule.Note is null ? "" : $": {Words.Clean(schedule.Note)}");

    private static string When(ScheduleDocument schedule)
    {
        var times = schedule.Cron.Select(c => $"{Words.Clean(c)} ({Words.Clean(schedule.TimeZone)})")
            .Concat(schedule.Every.Select(e => "every " + Durations.Text(TimeSpan.FromSeconds(e.EverySeconds))
                + (e.OffsetSeconds > 0 ? $", {Durations.Text(TimeSpan.FromSeconds(e.OffsetSeconds))} later" : "")));
        return string.Join("; ", times) + (schedule.JitterSeconds > 0 ? $", up to {Durations.Text(TimeSpan.FromSeconds(schedule.JitterSeconds))} later" : "");
    }

    private static string Options(ScheduledOptions options)
    {
        string?[] set =
        [
            options.FullResync ? "full resync" : null,
            options.Users is { } users ? $"{Words.Counted(users.Count, "user")}: {Words.Clean(string.Join(", ", users))}" : null,
            options.Limit is { } limit ? $"at most {Words.Number(limit)} updates" : null,
            options.OverrideGuards ? "guards overridden" : null,
        ];
        return set.Any(s => s is not null) ? string.Join("; ", set.Where(s => s is not null)) : "none";
    }
}
