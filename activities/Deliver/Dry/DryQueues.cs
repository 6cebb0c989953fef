using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Activities.Deliver.Dry;

/// <summary>A queue for messages that go nowhere, so that a dry run needs none.</summary>
internal sealed class DryQueues : IQueueFinder
{
    public Task<IQueue> FindAsync(ConnectorConfiguration connector, CancellationToken cancellationToken) => Task.FromResult<IQueue>(new Nowhere());

    public Task<IQueue> FindByAddressAsync(string address, CancellationToken cancellationToken) => Task.FromResult<IQueue>(new Nowhere());

    private sealed class Nowhere : IQueue
    {
        public string Url => Name;

        public string Name => "nowhere";

        public bool IsFifo => false;

        public TimeSpan Visibility => TimeSpan.Zero;

        public Task<SendResult> SendAsync(IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken) => throw Refused();

        public Task<IReadOnlyList<IncomingMessage>> ReceiveAsync(CancellationToken cancellationToken) => throw Refused();

        public Task<IReadOnlyList<string>> DeleteAsync(IReadOnlyList<string> receipts, CancellationToken cancellationToken) => throw Refused();

        public Task<IReadOnlyList<string>> HideAsync(IReadOnlyList<string> receipts, TimeSpan visibility, CancellationToken cancellationToken) => throw Refused();

        public Task<QueueFacts> LookAsync(CancellationToken cancellationToken) =>
            Task.FromResult(new QueueFacts(0, 0, 0, SqsQueue.MostBytes, "nowhere", MaxReceives: null));

        private static InvalidOperationException Refused() => new("A dry run sends and receives nothing.");
    }
}
