using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Secrets;

/// <summary>Asks every source in turn until endpoint and key are known, and checks their form.</summary>
internal sealed class DestinationSecrets(IEnumerable<ISecretSource> sources) : IDestinationSecrets
{
    private readonly ISecretSource[] _sources = [.. sources];

    public async Task<DestinationAccount> ReadAsync(string connectorName, CancellationToken cancellationToken)
    {
        var found = new SecretValues(null, null, null);
        foreach (var source in _sources)
        {
            var values = await source.FindAsync(connectorName, cancellationToken);
            found = new SecretValues(
                found.Endpoint ?? values.Endpoint, found.Key ?? values.Key, found.AllowLoopback ?? values.AllowLoopback);
            if (found is { Endpoint: not null, Key: not null })
            {
                break;
            }
        }

        if (found.Endpoint is null || found.Key is null)
        {
            throw Missing(connectorName, found);
        }

        return new DestinationAccount(ParseEndpoint(connectorName, found.Endpoint), CheckKey(connectorName, found.Key), found.AllowLoopback ?? false);
    }

    private Uri ParseEndpoint(string connectorName, string text)
    {
        // "rest.example.com" without a scheme is what the destination's own pages show.
        var address = text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text;
        var usable = Uri.TryCreate(address, UriKind.Absolute, out var endpoint)
            && (endpoint.Scheme == Uri.UriSchemeHttps || endpoint.Scheme == Uri.UriSchemeHttp)
            && endpoint.UserInfo.Length == 0;
        // The text is not repeated: a key that was put here by mistake would be in the message.
        return usable
            ? endpoint!
            : throw Wrong($"The endpoint of connector \"{connectorName}\" is no http or https address without user and password. Set {EndpointNames(connectorName)} to one.");
    }

    private ApiKey CheckKey(string connectorName, ApiKey key) =>
        key.Reveal().All(c => c is > ' ' and <= '~')
            ? key
            : throw Wrong($"The API key of connector \"{connectorName}\" has a character that no header can carry. Set {KeyNames(connectorName)} anew.");

    private ConnectorException Missing(string connectorName, SecretValues found)
    {
        var endpoint = found.Endpoint is null ? EndpointNames(connectorName) : null;
        var key = found.Key is null ? KeyNames(connectorName) : null;
        var what = (endpoint, key) switch
        {
            (not null, not null) => "no endpoint and no API key",
            (not null, null) => "no endpoint",
            _ => "no API key",
        };
        var cure = string.Join("; and ", new[] { endpoint, key }.OfType<string>());
        return Wrong($"Connector \"{connectorName}\" has {what}. Set where the worker runs (here, where no Temporal service has the run): {cure}.");
    }

    private string EndpointNames(string connectorName) => string.Join(", or ", _sources.Select(source => source.EndpointNames(connectorName)));

    private string KeyNames(string connectorName) => string.Join(", or ", _sources.Select(source => source.KeyNames(connectorName)));

    private static ConnectorException Wrong(string message) => new(FailureTypes.InvalidConfiguration, message, transient: false);
}
