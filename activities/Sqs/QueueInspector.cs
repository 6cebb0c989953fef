using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Activities.Sqs;

/// <summary>Looks at a connector's queue for a person.</summary>
public sealed class QueueInspector
{
    private readonly IQueueFinder _queues;

    internal QueueInspector(IQueueFinder queues) => _queues = queues;

    /// <exception cref="ConnectorException"><c>InvalidConfiguration</c>: none is named, or there is none; <c>AwsUnreachable</c>.</exception>
    public async Task<QueueBacklog> ReadAsync(ConnectorConfiguration connector, CancellationToken cancellationToken) =>
        await LookAsync(await _queues.FindAsync(connector, cancellationToken), cancellationToken);

    /// <param name="address">Address or name of any queue.</param>
    /// <exception cref="ConnectorException"><c>InvalidConfiguration</c>: there is none; <c>AwsUnreachable</c>.</exception>
    public async Task<QueueBacklog> ReadByAddressAsync(string address, CancellationToken cancellationToken) =>
        await LookAsync(await _queues.FindByAddressAsync(address, cancellationToken), cancellationToken);

    private static async Task<QueueBacklog> LookAsync(IQueue queue, CancellationToken cancellationToken)
    {
        var facts = await queue.LookAsync(cancellationToken);
        return new(queue.Name, facts.Waiting, facts.InFlight, facts.Delayed, facts.DeadLetterQueue, facts.MaxReceives);
    }
}

/// <param name="Waiting">Messages that can be received; approximate, as all of SQS's counts.</param>
/// <param name="InFlight">Messages that somebody holds, a drain among them.</param>
/// <param name="Delayed">Messages that cannot be received yet.</param>
/// <param name="DeadLetterQueue">Where messages go that were received too often; null: nowhere.</param>
/// <param name="MaxReceives">How often that is.</param>
public sealed record QueueBacklog(string Name, long Waiting, long InFlight, long Delayed, string? DeadLetterQueue, int? MaxReceives);
