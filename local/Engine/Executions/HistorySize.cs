namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>How large a history is, and whether its workflow should continue as new: a service's own limits.</summary>
internal readonly record struct HistorySize(long Bytes, bool IsLarge)
{
    private const int LargeBytes = 4 * 1024 * 1024;
    private const int ManyEvents = 4 * 1024;

    public static HistorySize Of(EventLog log) => new(log.SizeBytes, log.SizeBytes >= LargeBytes || log.NextEventId >= ManyEvents);
}
