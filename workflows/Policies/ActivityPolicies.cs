using Temporalio.Common;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Workflows.Policies;

/// <summary>Every timeout and retry of the project, with the reason for its number.</summary>
public static class ActivityPolicies
{
    /// <summary>Activities of one step in flight: enough for a dozen workers, few enough that a cancel takes seconds.</summary>
    public const int InFlight = 32;

    /// <summary>Most activities a step has; Plan makes chunks, shards and ranges larger instead. 256 × 7 steps stay under 10,000 events.</summary>
    public const int MaxPerStep = 256;

    /// <summary>A drain receives for a day; its history then begins anew.</summary>
    public const int DrainSeconds = 24 * 60 * 60;

    // A data step says how far it is several times a second; ten seconds of silence are a dead worker, not a slow disk.
    private static readonly TimeSpan DataHeartbeat = TimeSpan.FromSeconds(10);

    // Design: with details sent every 200 ms, a killed worker's range goes on elsewhere within eleven seconds.
    private static readonly TimeSpan DeliverHeartbeat = TimeSpan.FromSeconds(10);

    // What is permanent is marked so where it is understood; everything else (a store that is away, a killed worker) is worth patience.
    // Twenty attempts up to a minute apart: a quarter of an hour of outage, and far more kills than a night has.
    private static readonly RetryPolicy Patient = new()
    {
        InitialInterval = TimeSpan.FromSeconds(1),
        BackoffCoefficient = 2,
        MaximumInterval = TimeSpan.FromMinutes(1),
        MaximumAttempts = 20,
    };

    // A delivery attempt begins where the log of the last one ends, so attempts cost nothing; the destination's own patience is counted inside.
    private static readonly RetryPolicy Resuming = new()
    {
        InitialInterval = TimeSpan.FromMilliseconds(500),
        BackoffCoefficient = 2,
        MaximumInterval = TimeSpan.FromSeconds(30),
        MaximumAttempts = 200,
    };

    /// <summary>A piece of bounded size (a chunk, a shard): two hours is far beyond the slowest store.</summary>
    public static ActivityOptions Piece(string summary) => Data(summary, TimeSpan.FromHours(2));

    /// <summary>A step over a whole input (Recover, SplitErrors, Table, Decorate, Report): as long as a night.</summary>
    public static ActivityOptions Whole(string summary) => Data(summary, TimeSpan.FromHours(12));

    /// <summary>A delivery range: as long as a day, since a small hourly budget makes even 500 requests slow.</summary>
    public static ActivityOptions Deliver(string summary, string taskQueue) => new()
    {
        Summary = summary,
        TaskQueue = taskQueue,
        StartToCloseTimeout = TimeSpan.FromHours(24),
        HeartbeatTimeout = DeliverHeartbeat,
        RetryPolicy = Resuming,
        CancellationType = ActivityCancellationType.WaitCancellationCompleted,
        DisableEagerActivityExecution = true,
    };

    /// <summary>
    /// A day of receiving from a queue, and an hour to settle what it holds. What a killed attempt held comes back by itself, so attempts cost nothing;
    /// a thousand of them, a minute apart at most, outlast an outage of most of a day.
    /// </summary>
    public static ActivityOptions Drain(string summary, string taskQueue) => new()
    {
        Summary = summary,
        TaskQueue = taskQueue,
        StartToCloseTimeout = TimeSpan.FromSeconds(DrainSeconds) + TimeSpan.FromHours(1),
        HeartbeatTimeout = DeliverHeartbeat,
        RetryPolicy = new()
        {
            InitialInterval = TimeSpan.FromSeconds(1),
            BackoffCoefficient = 2,
            MaximumInterval = TimeSpan.FromMinutes(1),
            MaximumAttempts = 1000,
        },
        CancellationType = ActivityCancellationType.WaitCancellationCompleted,
        DisableEagerActivityExecution = true,
    };

    /// <summary>As given, but going on when the run is canceled: what was accepted must be recorded, and staging removed.</summary>
    public static ActivityOptions Uncanceled(ActivityOptions options)
    {
        options.CancellationToken = CancellationToken.None;
        return options;
    }

    /// <summary>The same, but stopped by a token of its own: what is paused goes on in another activity.</summary>
    public static ActivityOptions StoppedBy(ActivityOptions options, CancellationToken token)
    {
        options.CancellationToken = token;
        return options;
    }

    private static ActivityOptions Data(string summary, TimeSpan startToClose) => new()
    {
        Summary = summary,
        StartToCloseTimeout = startToClose,
        HeartbeatTimeout = DataHeartbeat,
        RetryPolicy = Patient,
        CancellationType = ActivityCancellationType.WaitCancellationCompleted,
    };
}
