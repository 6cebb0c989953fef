namespace PersonalizeConnectors.Activities.Sqs;

/// <summary>One place beside config.json where the address of a connector's queue is kept. Asked in the order of registration; the first that has one wins.</summary>
public interface IQueueUrlSource
{
    /// <summary>Address or name of the queue; null where the source has none.</summary>
    Task<string?> FindQueueUrlAsync(string connectorName, CancellationToken cancellationToken);

    /// <summary>Names under which a person sets it here, for messages.</summary>
    string QueueUrlNames(string connectorName);
}
