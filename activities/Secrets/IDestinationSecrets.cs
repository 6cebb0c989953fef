namespace PersonalizeConnectors.Activities.Secrets;

/// <summary>Endpoints and keys of destinations. Read when a delivery starts and again after a 401, so that a rotated key needs no restart.</summary>
public interface IDestinationSecrets
{
    /// <param name="connectorName">The key under <c>connectors</c> in config.json.</param>
    /// <exception cref="Failures.ConnectorException"><c>InvalidConfiguration</c>: nothing is set, or it cannot be used; the message names what to set.</exception>
    Task<DestinationAccount> ReadAsync(string connectorName, CancellationToken cancellationToken);
}

/// <param name="Endpoint">Absolute, http or https, without a user or password. Which hosts are allowed is the destination's business.</param>
/// <param name="AllowLoopback">True where the person running this allows an endpoint on this machine; default false.</param>
public sealed record DestinationAccount(Uri Endpoint, ApiKey Key, bool AllowLoopback = false);
