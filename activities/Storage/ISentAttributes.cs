namespace PersonalizeConnectors.Activities.Storage;

/// <summary>What a connector's state remembers of the attributes that earlier runs sent.</summary>
public interface ISentAttributes
{
    /// <summary>Every attribute name that an accepted update ever set, with its prefix. No state: an empty list.</summary>
    /// <exception cref="Failures.ConnectorException"><c>DamagedState</c>.</exception>
    Task<IReadOnlyCollection<string>> ReadAsync(OpenedRun run, string connector, CancellationToken cancellationToken);
}
