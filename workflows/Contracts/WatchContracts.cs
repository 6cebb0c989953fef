using System.Text.Json;
using System.Text.Json.Serialization;
using Temporalio.Activities;

namespace PersonalizeConnectors.Workflows.Contracts;

/// <summary>What starts an <c>OutputWatch</c>. Lenient on purpose: the workflow itself refuses what is wrong.</summary>
public sealed record OutputWatchInput
{
    /// <summary>Default of <see cref="QuietSeconds"/>: the files of one batch job appear within minutes of each other.</summary>
    public const int DefaultQuietSeconds = 300;

    /// <summary>The root whose jobs are watched: <c>s3://bucket</c>, or a folder in it.</summary>
    public string? Root { get; init; }

    /// <summary>Name or address of the queue with the events.</summary>
    public string? Queue { get; init; }

    /// <summary>How long no further <c>.out</c> file may come before a job starts, in seconds. Default 300; from 1.</summary>
    public int? QuietSeconds { get; init; }

    /// <summary>Where an earlier watch of the root left off; set where it continues as new, or is started again.</summary>
    public OutputWatchResult? Earlier { get; init; }

    /// <summary>Keys this version does not know; the workflow refuses them by name.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }
}

/// <summary>How a watch ended, and the answer of its query <c>progress</c>; events under way are read from its heartbeat.</summary>
/// <param name="Started">Runs that it started.</param>
/// <param name="Busy">Starts put off because another run of the job was under way.</param>
/// <param name="Late">Signs of output that a run which was started later has read.</param>
/// <param name="Jobs">Jobs with a start that waits, or started in the last day.</param>
/// <param name="Undelivered">Connectors whose parts wait to be delivered.</param>
/// <param name="Trouble">Why the last start or delivery failed; null where it did not.</param>
public sealed record OutputWatchResult(
    string Root, string Queue, WatchCounts Events, PartCounts Parts, long Started, long Busy, long Late, IReadOnlyList<WatchedStart> Jobs,
    IReadOnlyList<PartSign> Undelivered, string? Trouble);

/// <param name="Due">When it starts; null: nothing waits.</param>
/// <param name="IsComplete">True where the output was said to be complete, so that further files do not put the start off.</param>
/// <param name="StartedAt">When the watch last started it.</param>
public sealed record WatchedStart(string JobPath, DateTime? Due, bool IsComplete, DateTime? StartedAt);

/// <param name="Seconds">How long to go on at most.</param>
public sealed record WatchEventsInput(string Root, string Queue, int Seconds);

public sealed record WatchEventsResult(WatchCounts Counts);

/// <summary>Events of a watch by what they were. A message may hold several.</summary>
/// <param name="Messages">Messages received, repeats included.</param>
/// <param name="Outputs">New <c>.out</c> files at the batch inference path of a job.</param>
/// <param name="Completions">Batch jobs that are complete.</param>
/// <param name="Parts">Parts to be delivered.</param>
/// <param name="OwnParts">Parts and other files that a run of this program wrote.</param>
/// <param name="Repeats">Versions of parts that were noted or delivered before.</param>
/// <param name="Foreign">Events of nothing that concerns a job.</param>
/// <param name="Malformed">Messages that are no event.</param>
/// <param name="Tests">S3's test events.</param>
public sealed record WatchCounts(
    long Messages = 0, long Outputs = 0, long Completions = 0, long Parts = 0, long OwnParts = 0, long Repeats = 0, long Foreign = 0, long Malformed = 0, long Tests = 0)
{
    public static WatchCounts operator +(WatchCounts a, WatchCounts b) => new(
        a.Messages + b.Messages, a.Outputs + b.Outputs, a.Completions + b.Completions, a.Parts + b.Parts, a.OwnParts + b.OwnParts,
        a.Repeats + b.Repeats, a.Foreign + b.Foreign, a.Malformed + b.Malformed, a.Tests + b.Tests);

    public static WatchCounts Add(WatchCounts left, WatchCounts right) => left + right;
}

/// <summary>What the activity of a watch tells its workflow by the signal <c>seen</c>, before it deletes the messages.</summary>
public sealed record WatchSigns(IReadOnlyList<OutputSign> Outputs, IReadOnlyList<PartSign> Parts);

/// <summary>Batch output of a job is there.</summary>
/// <param name="IsComplete">True: all of it, so the job starts at once; false: more files may follow.</param>
/// <param name="SettleSeconds">The job's <c>settleSeconds</c>: output younger than this is not read.</param>
/// <param name="At">When the newest of it was written; null where no event said it.</param>
public sealed record OutputSign(string JobPath, bool IsComplete, int SettleSeconds, DateTimeOffset? At);

/// <summary>A connector has parts that something else wrote, noted in its folder of pending parts.</summary>
public sealed record PartSign(string JobPath, string Connector);

public sealed record DeliverPartsInput(string JobPath, string Connector);

public sealed record DeliverPartsResult(PartCounts Counts);

/// <param name="Delivered">Parts whose records were sent.</param>
/// <param name="Gone">Parts that were replaced or removed before.</param>
/// <param name="Damaged">Delivered parts that could be read in part only.</param>
/// <param name="Records">What became of their records; <c>received</c> counts lines.</param>
public sealed record PartCounts(long Delivered = 0, long Gone = 0, long Damaged = 0, DrainCounts? Records = null)
{
    public static PartCounts operator +(PartCounts a, PartCounts b) => new(
        a.Delivered + b.Delivered, a.Gone + b.Gone, a.Damaged + b.Damaged, (a.Records ?? new()) + (b.Records ?? new()));

    public static PartCounts Add(PartCounts left, PartCounts right) => left + right;
}

public interface IWatchActivities
{
    /// <summary>
    /// Receives events from a watch's queue and signals what they mean to the workflow that called it, until the time is over or it is canceled; then ends well.
    /// </summary>
    [Activity]
    Task<WatchEventsResult> WatchEventsAsync(WatchEventsInput input);
}

public interface IPartActivities
{
    /// <summary>Sends the noted parts of a connector to its destination, in the order of writing, each version once.</summary>
    [Activity]
    Task<DeliverPartsResult> DeliverPartsAsync(DeliverPartsInput input);
}
