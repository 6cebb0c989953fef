using Microsoft.Extensions.Logging;
using PersonalizeConnectors.Activities.Deliver;
using PersonalizeConnectors.Activities.Deliver.Queue;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Tests.Fakes;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.Deliver;

/// <summary>Everything around <see cref="DeliverRange"/>, in memory and in fake time.</summary>
internal sealed class DeliveryRig : IDisposable
{
    private readonly FakeScratch _scratch = new();

    public DeliveryRig()
    {
        Destination = new(Clock);
        Pacers = new(Clock);
    }

    public FakeTimeProvider Clock { get; } = new();

    public DeliveryStage Stage { get; } = new();

    public FakeDestination Destination { get; }

    /// <summary>Where a connector in queue mode finds its queue.</summary>
    public FakeQueues Queues { get; } = new();

    public PacerRegistry Pacers { get; }

    public RecordingLogger<DeliverRange> Log { get; } = new();

    public List<StepPosition> Heartbeats { get; } = [];

    /// <summary>Delivers the first so many updates from shard 0 on.</summary>
    public DeliverResult Deliver(long count) => Deliver(new UpdateRange(0, 0, 0, count));

    public DeliverResult Deliver(UpdateRange range) => Deliver(range, new StepContext(Heartbeats.Add, CancellationToken.None));

    public DeliverResult Deliver(UpdateRange range, StepContext context)
    {
        var deliver = new DeliverRange(Stage, Stage, _scratch, Stage, [Destination, new QueueDestination(Queues, Clock)], Pacers, Clock, Log);
        return TimePump.Run(Clock, () => deliver.RunAsync(DeliveryStage.Input(range), context));
    }

    public void Dispose()
    {
        Pacers.Dispose();
        _scratch.Dispose();
    }
}

/// <summary>Keeps every message.</summary>
internal sealed class RecordingLogger<T> : ILogger<T>
{
    public List<string> Messages { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (Messages)
        {
            Messages.Add(formatter(state, exception));
        }
    }
}
