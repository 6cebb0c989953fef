using System.Collections.Concurrent;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Activities;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Workflows.Tests.Fakes;

/// <summary>The activities of a watch: events that the test signals itself, and parts whose first delivery fails.</summary>
internal sealed class FakeWatch : IWatchActivities, IPartActivities
{
    private int _days;

    /// <summary>The activity of the first day.</summary>
    public CancelGate Watching { get; } = new();

    /// <summary>The activity of each day after it.</summary>
    public CancelGate NextDay { get; } = new();

    public ConcurrentQueue<DeliverPartsInput> Deliveries { get; } = new();

    [Activity]
    public async Task<WatchEventsResult> WatchEventsAsync(WatchEventsInput input)
    {
        try
        {
            await (Interlocked.Increment(ref _days) == 1 ? Watching : NextDay).UntilCanceledAsync();
        }
        catch (OperationCanceledException)
        {
            // Ends well.
        }

        return new(new WatchCounts(Messages: 7, Outputs: 7));
    }

    [Activity]
    public Task<DeliverPartsResult> DeliverPartsAsync(DeliverPartsInput input)
    {
        Deliveries.Enqueue(input);
        return Deliveries.Count == 1
            ? throw new ApplicationFailureException("The key is wrong.", errorType: FailureTypes.DestinationRefused, nonRetryable: true)
            : Task.FromResult(new DeliverPartsResult(new PartCounts(Delivered: 2, Records: new DrainCounts(Received: 5, Accepted: 5))));
    }
}
