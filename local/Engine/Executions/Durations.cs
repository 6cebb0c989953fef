using Google.Protobuf.WellKnownTypes;

namespace PersonalizeConnectors.Local.Engine.Executions;

internal static class Durations
{
    // Added to the time now it must still be a time; a duration of the protocol may be 10,000 years, and callers add two.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    /// <summary>Zero where there is none: no limit. A hundred years where it is longer.</summary>
    public static TimeSpan Of(Duration? duration)
    {
        var length = duration?.ToTimeSpan() ?? TimeSpan.Zero;
        return length > Longest ? Longest : length < -Longest ? -Longest : length;
    }

    /// <summary>The shorter of two limits; zero is none.</summary>
    public static Duration Least(Duration? a, Duration? b)
    {
        var (first, second) = (Of(a), Of(b));
        var least = first <= TimeSpan.Zero ? second : second <= TimeSpan.Zero || first < second ? first : second;
        return Duration.FromTimeSpan(least);
    }
}
