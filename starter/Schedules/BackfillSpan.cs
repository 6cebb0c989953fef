using System.Globalization;
using Temporalio.Client.Schedules;

namespace PersonalizeConnectors.Starter.Schedules;

/// <summary>A span of time whose firings are made up for, both ends included.</summary>
/// <param name="Overlap">One of <see cref="OverlapWords.All"/>.</param>
internal sealed record BackfillSpan(DateTimeOffset From, DateTimeOffset To, string Overlap)
{
    // A schedule fires at full seconds, and the service leaves the beginning out.
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(1);

    /// <summary>The beginning as the service takes it.</summary>
    public DateTimeOffset After => From - Before;

    public ScheduleBackfill ToBackfill() => new(After.UtcDateTime, To.UtcDateTime, OverlapWords.Policy(Overlap));

    /// <summary>A date or a time, ISO 8601; without an offset it is this machine's.</summary>
    /// <returns>Null where the text is neither.</returns>
    public static DateTimeOffset? Parse(string text) =>
        DateTimeOffset.TryParseExact(text.Trim(), Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time) ? time : null;

    private static readonly string[] Forms =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm:ss",
        "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd HH:mm:ssK",
    ];
}
