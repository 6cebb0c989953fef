using System.Globalization;
using Temporalio.Client.Schedules;

namespace PersonalizeConnectors.Starter.Schedules;

/// <summary>Writes a calendar as a cron expression: the service keeps no other form of one.</summary>
internal static class CalendarText
{
    private static readonly ScheduleRange Midnight = new(0);

    public static string Of(ScheduleCalendarSpec calendar)
    {
        var fields = new List<string>
        {
            Field(calendar.Minute, 0, 59), Field(calendar.Hour, 0, 23), Field(calendar.DayOfMonth, 1, 31), Field(calendar.Month, 1, 12), Field(calendar.DayOfWeek, 0, 6),
        };
        var hasSeconds = calendar.Second.Count != 1 || calendar.Second.Single() != Midnight;
        if (hasSeconds || calendar.Year.Count > 0)
        {
            // The longer form: seconds in front, years behind.
            fields.Insert(0, Field(calendar.Second, 0, 59));
            fields.Add(calendar.Year.Count == 0 ? "*" : string.Join(',', calendar.Year.Select(r => Range(r, isOpen: false))));
        }

        return string.Join(' ', fields);
    }

    private static string Field(IReadOnlyCollection<ScheduleRange> ranges, int least, int most) => ranges.Count == 0
        ? "0"
        : string.Join(',', ranges.Select(r => Range(r, isOpen: r.Start == least && r.End == most)));

    private static string Range(ScheduleRange range, bool isOpen)
    {
        var span = isOpen ? "*"
            : range.End > range.Start ? string.Create(CultureInfo.InvariantCulture, $"{range.Start}-{range.End}")
            : range.Start.ToString(CultureInfo.InvariantCulture);
        return range.Step > 1 ? string.Create(CultureInfo.InvariantCulture, $"{span}/{range.Step}") : span;
    }
}
