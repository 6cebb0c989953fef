using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Starter.Queues;

/// <summary>The document of <c>queue drain status --json</c> and <c>stop --json</c>; <c>docs/queue-drain.schema.json</c>.</summary>
/// <param name="State">One of <see cref="DrainState"/>.</param>
/// <param name="StartedAt">When the drain was started, or went on as a new workflow run, which it does each day.</param>
/// <param name="Counts">Since it was started; null where no worker answers, or none was ever started.</param>
/// <param name="Held">Messages received and not settled.</param>
/// <param name="OldestSentAt">When the oldest message that the drain holds or received last was sent; null where there is none, or no drain looks.</param>
/// <param name="OldestAgeSeconds">How long ago that was.</param>
/// <param name="Trouble">What keeps it, or ended it.</param>
/// <param name="Queue">Null where it cannot be asked from here.</param>
/// <param name="QueueProblem">Why.</param>
internal sealed record DrainDocument(
    string JobPath, string Connector, string WorkflowId, string State, DateTimeOffset? StartedAt, DrainCounts? Counts, int Held, DateTimeOffset? OldestSentAt,
    double? OldestAgeSeconds, string? Trouble, QueueBacklog? Queue, string? QueueProblem);

/// <summary>The values of <c>state</c>.</summary>
internal static class DrainState
{
    public const string Running = "running";

    /// <summary>Started, and no worker has taken it, or it waits for another try.</summary>
    public const string Waiting = "waiting";

    public const string Stopped = "stopped";

    public const string Failed = "failed";

    /// <summary>None was ever started, as far as the service remembers.</summary>
    public const string None = "none";
}
