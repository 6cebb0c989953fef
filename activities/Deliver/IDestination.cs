using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>One kind of destination, registered once; one folder under <c>Deliver/</c> each.</summary>
internal interface IDestination
{
    /// <summary>What a connector's <c>type</c> says.</summary>
    string Type { get; }

    /// <summary>Reads the connector's endpoint and key where the destination has any, checks them, and decides everything that a delivery can decide once.</summary>
    /// <exception cref="Failures.ConnectorException"><c>InvalidConfiguration</c>: endpoint or key cannot be used.</exception>
    Task<DestinationSession> OpenAsync(DestinationContext context, CancellationToken cancellationToken);
}

/// <param name="Table">Null for user-keyed jobs, and where no query items are sent.</param>
/// <param name="SentAttributes">Names that earlier runs set; empty where nothing is cleared.</param>
internal sealed record DestinationContext(
    OpenedRun Run, ConnectorConfiguration Connector, Catalog Catalog, ItemTable? Table, IReadOnlyCollection<string> SentAttributes);
