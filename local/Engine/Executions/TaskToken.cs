using System.Globalization;
using Google.Protobuf;
using PersonalizeConnectors.Local.Engine.Hosting;

namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>What a worker shows to answer a task: run, scheduling event, and the stamp of this very start.</summary>
internal readonly record struct TaskToken(string RunId, long ScheduledEventId, long Stamp)
{
    private static long LastStamp;

    public static long NextStamp() => Interlocked.Increment(ref LastStamp);

    public static ByteString Of(string runId, long scheduledEventId, long stamp) =>
        ByteString.CopyFromUtf8(string.Create(CultureInfo.InvariantCulture, $"{runId}/{scheduledEventId}/{stamp}"));

    public static TaskToken? Parse(ByteString token) =>
        token.ToStringUtf8().Split('/') is [var runId, var scheduled, var stamp]
            && long.TryParse(scheduled, NumberStyles.None, CultureInfo.InvariantCulture, out var scheduledEventId)
            && long.TryParse(stamp, NumberStyles.None, CultureInfo.InvariantCulture, out var stampValue)
            ? new TaskToken(runId, scheduledEventId, stampValue)
            : null;

    /// <summary>The same for an answer to a task, which is nothing without it.</summary>
    public static TaskToken Read(ByteString token) => Parse(token) ?? throw Faults.InvalidArgument("Invalid TaskToken.");
}
