using Google.Protobuf.WellKnownTypes;

namespace PersonalizeConnectors.Local.Engine.Executions;

internal static class Durations
{
    /// <summary>Zero where there is none: no limit.</summary>
    public static TimeSpan Of(Duration? duration) => duration?.ToTimeSpan() ?? TimeSpan.Zero;

    /// <summary>The shorter of two limits; zero is none.</summary>
    public static Duration Least(Duration? a, Duration? b)
    {
        var (first, second) = (Of(a), Of(b));
        var least = first <= TimeSpan.Zero ? second : second <= TimeSpan.Zero || first < second ? first : second;
        return Duration.FromTimeSpan(least);
    }
}
