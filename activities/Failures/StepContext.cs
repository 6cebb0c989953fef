using System.Text.Json.Serialization;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Failures;

/// <summary>What a step's own class sees of the activity around it: when to stop, and where to say how far it is.</summary>
/// <param name="heartbeat">Called with the details of a heartbeat; throttled by its receiver.</param>
/// <param name="stopping">Fires before the worker leaves, while there is still time to bring work in flight to an end.</param>
public sealed class StepContext(Action<StepPosition> heartbeat, CancellationToken cancellationToken, CancellationToken stopping = default)
{
    /// <summary>A context outside Temporal, for tests and dry runs.</summary>
    public static StepContext None { get; } = new(_ => { }, CancellationToken.None);

    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>The worker shuts down: begin nothing new. <see cref="CancellationToken"/> follows when its patience is over.</summary>
    public CancellationToken Stopping { get; } = stopping;

    /// <summary>Why <see cref="CancellationToken"/> fired: true for a cancel of the run; false where the service gave up on the attempt or the worker leaves.</summary>
    public Func<bool> WasRunCanceled { get; init; } = () => true;

    /// <summary>Somebody canceled the run: no other attempt of this step follows.</summary>
    public bool IsRunCanceled => CancellationToken.IsCancellationRequested && WasRunCanceled();

    /// <summary>The same context for one part of the step: what that says is completed before it is told.</summary>
    public StepContext Completing(Func<StepPosition, StepPosition> complete) =>
        new(position => heartbeat(complete(position)), CancellationToken, Stopping) { WasRunCanceled = WasRunCanceled };

    /// <summary>Says how far the step is, and stops it where it was canceled. Cheap enough for every few thousand rows.</summary>
    /// <exception cref="OperationCanceledException">The step was canceled.</exception>
    public void Report(long done, long total) => Report(new StepPosition(done, total));

    /// <inheritdoc cref="Report(long, long)" />
    public void Report(StepPosition position)
    {
        CancellationToken.ThrowIfCancellationRequested();
        heartbeat(position);
    }
}

/// <summary>Heartbeat details of every step: a position in the step's own unit (bytes, users, segments).</summary>
public sealed record StepPosition(long Done, long Total)
{
    /// <summary>What a drain has done and holds; null in every other step.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DrainSight? Drain { get; init; }

    /// <summary>Events that a watch has received; null in every other step.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WatchCounts? Watch { get; init; }

    /// <summary>Parts that are settled; null in every other step.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PartCounts? Parts { get; init; }
}
