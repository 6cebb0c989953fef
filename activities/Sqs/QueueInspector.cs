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

    private async Task<QueueBacklog> LookAsync(IQueue queue, CancellationToken cancellationToken)
    {
        var facts = await queue.LookAsync(cancellationToken);
        var dead = facts.DeadLetterQueue is { } name ? await CountAsync(queue, name, cancellationToken) : null;
        return new(queue.Name, facts.Waiting, facts.InFlight, facts.Delayed, facts.DeadLetterQueue, facts.MaxReceives, dead);
    }

    /// <summary>Messages of a dead letter queue, which lies in its queue's account and region; null where nobody may look at it.</summary>
    private async Task<long?> CountAsync(IQueue queue, string deadLetters, CancellationToken cancellationToken)
    {
        try
        {
            var facts = await (await _queues.FindByAddressAsync(queue.Url[..^queue.Name.Length] + deadLetters, cancellationToken)).LookAsync(cancellationToken);
            return facts.Waiting + facts.InFlight + facts.Delayed;
        }
        catch (ConnectorException)
        {
            return null;
        }
    }
}

/// <param name="Waiting">Messages that can be received; approximate, as all of SQS's counts.</param>
/// <param name="InFlight">Messages that somebody holds, a drain among them.</param>
/// <param name="Delayed">Messages that cannot be received yet.</param>
/// <param name="DeadLetterQueue">Where messages go that were received too often; null: nowhere.</param>
/// <param name="MaxReceives">How often that is.</param>
/// <param name="DeadLetters">Messages there; null where it may not be looked at.</param>
public sealed record QueueBacklog(string Name, long Waiting, long InFlight, long Delayed, string? DeadLetterQueue, int? MaxReceives, long? DeadLetters = null);
