using Microsoft.Extensions.Configuration;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Secrets;

/// <summary>
/// <c>Connectors:&lt;name&gt;:RestEndpointUrl</c>, <c>:ApiKey</c>, <c>:QueueUrl</c> and <c>:AllowLoopback</c> of the configuration, without regard to case. Names of
/// environment variables take only letters, digits and <c>_</c>, so the connector's name is looked for in that form too.
/// </summary>
internal sealed class ConfigurationSecrets(IConfiguration configuration) : ISecretSource, IQueueUrlSource
{
    private const string Endpoint = "RestEndpointUrl";
    private const string Key = "ApiKey";
    private const string Queue = "QueueUrl";
    private const string Loopback = "AllowLoopback";

    public Task<SecretValues> FindAsync(string connectorName, CancellationToken cancellationToken)
    {
        var key = Find(connectorName, Key);
        return Task.FromResult(new SecretValues(Find(connectorName, Endpoint), key is null ? null : new ApiKey(key), FindLoopback(connectorName)));
    }

    public string EndpointNames(string connectorName) => Names(connectorName, Endpoint);

    public string KeyNames(string connectorName) => Names(connectorName, Key);

    public Task<string?> FindQueueUrlAsync(string connectorName, CancellationToken cancellationToken) => Task.FromResult(Find(connectorName, Queue));

    public string QueueUrlNames(string connectorName) => Names(connectorName, Queue);

    private static string Names(string connectorName, string value) =>
        $"the environment variable Connectors__{Plain(connectorName)}__{value} or the configuration key Connectors:{connectorName}:{value}";

    private static string Plain(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    private string? Find(string connectorName, string value) => Read(connectorName, value) ?? Read(Plain(connectorName), value);

    private string? Read(string name, string value) =>
        configuration[$"Connectors:{name}:{value}"]?.Trim() is { Length: > 0 } found ? found : null;

    private bool? FindLoopback(string connectorName) => Find(connectorName, Loopback) switch
    {
        null => null,
        var text when bool.TryParse(text, out var allowed) => allowed,
        var text => throw new ConnectorException(
            FailureTypes.InvalidConfiguration,
            $"Connector \"{connectorName}\": {Loopback} is \"{text}\". Set {Names(connectorName, Loopback)} to true or false.",
            transient: false),
    };
}
