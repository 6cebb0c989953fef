using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>A session whose payloads are made from one catalog after another, as records come that bring their items with them.</summary>
internal abstract class RecordSession : DestinationSession
{
    /// <summary>Renders with these from now on. Called by the thread that renders, and before it does.</summary>
    /// <param name="catalog">Used until the next call.</param>
    /// <param name="namesToClear">Attributes that a cleared user loses.</param>
    public abstract void Use(ConnectorConfiguration settings, Catalog catalog, IReadOnlyCollection<string> namesToClear);
}

/// <summary>A destination that records of a queue can be sent to.</summary>
internal interface IRecordDestination
{
    /// <summary>What a connector's <c>type</c> says.</summary>
    string Type { get; }

    /// <summary>Reads and checks endpoint and key, as <see cref="IDestination.OpenAsync"/> does.</summary>
    Task<RecordSession> OpenForRecordsAsync(ConnectorConfiguration connector, CancellationToken cancellationToken);
}
