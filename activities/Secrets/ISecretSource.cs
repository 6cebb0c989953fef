namespace PersonalizeConnectors.Activities.Secrets;

/// <summary>One place where endpoints and keys are kept. Sources are asked in the order of their registration; the first that has a value wins.</summary>
public interface ISecretSource
{
    /// <summary>What the source has for the connector, read anew at every call; null where it has nothing.</summary>
    Task<SecretValues> FindAsync(string connectorName, CancellationToken cancellationToken);

    /// <summary>Names under which a person sets the connector's endpoint here, for messages.</summary>
    string EndpointNames(string connectorName);

    /// <summary>Names under which a person sets the connector's key here, for messages.</summary>
    string KeyNames(string connectorName);
}

/// <param name="AllowLoopback">Null where the source does not say.</param>
public sealed record SecretValues(string? Endpoint, ApiKey? Key, bool? AllowLoopback);
