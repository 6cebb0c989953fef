using Google.Protobuf.WellKnownTypes;

namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>How long a worker has for a workflow task. Attempts beyond the third get longer: that is their backoff.</summary>
internal static class WorkflowTaskTimeout
{
    private const int AttemptsWithoutBackoff = 3;
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(10);

    public static TimeSpan Of(Duration timeout, int attempt)
    {
        if (attempt <= AttemptsWithoutBackoff)
        {
            return Durations.Of(timeout);
        }

        var backoff = FirstBackoff.TotalSeconds * Math.Pow(2, attempt - AttemptsWithoutBackoff - 1);
        return Durations.Of(timeout) + TimeSpan.FromSeconds(Math.Min(backoff, LongestBackoff.TotalSeconds));
    }
}
