using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Starter.Watches;

/// <summary>The document of <c>watch-events status --json</c> and <c>stop --json</c>; <c>docs/watch-events.schema.json</c>.</summary>
/// <param name="State">One of <see cref="WatchState"/>.</param>
/// <param name="StartedAt">When the watch was started, or went on as a new workflow run, which it does each day.</param>
/// <param name="Queue">Where the events come from; null where no worker answers, or none was ever started.</param>
/// <param name="Events">Since it was started; null as the queue.</param>
/// <param name="Parts">Parts that something else wrote, since it was started; null as the queue.</param>
/// <param name="Runs">Runs of jobs; null as the queue.</param>
/// <param name="Trouble">What keeps it, or ended it, or why a job's start or a delivery of parts failed last.</param>
internal sealed record WatchDocument(
    string Root, string WorkflowId, string State, DateTimeOffset? StartedAt, string? Queue, WatchCounts? Events, PartCounts? Parts, WatchedRuns? Runs,
    IReadOnlyList<WatchedStart> Jobs, IReadOnlyList<PartSign> Undelivered, string? Trouble);

/// <param name="Started">That it started.</param>
/// <param name="Busy">Starts put off because another run of the job was under way.</param>
/// <param name="Late">Signs of output that a run which was started later has read.</param>
internal sealed record WatchedRuns(long Started, long Busy, long Late);

/// <summary>The values of <c>state</c>.</summary>
internal static class WatchState
{
    public const string Running = "running";

    /// <summary>Started, and no worker has taken it, or it waits for another try.</summary>
    public const string Waiting = "waiting";

    public const string Stopped = "stopped";

    public const string Failed = "failed";

    /// <summary>None was ever started, as far as the service remembers.</summary>
    public const string None = "none";
}
