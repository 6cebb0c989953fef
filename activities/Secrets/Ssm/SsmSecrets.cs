using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Microsoft.Extensions.Options;
using PersonalizeConnectors.Activities.Aws;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Secrets.Ssm;

/// <summary>
/// Endpoints and keys at <c>/&lt;environment&gt;/personalize-connectors/&lt;connector&gt;/rest-endpoint-url</c> and <c>api-key</c> (SecureString only),
/// read at every call; the address of its queue at <c>queue-url</c>.
/// </summary>
internal sealed class SsmSecrets(IOptions<SsmOptions> options, HttpClientFactory? http = null) : ISecretSource, IQueueUrlSource, IDisposable
{
    private const string Endpoint = "rest-endpoint-url";
    private const string Key = "api-key";
    private const string Queue = "queue-url";

    private readonly Lazy<SsmClient?> _client = new(() => SsmClient.Create(options.Value, http));

    public async Task<SecretValues> FindAsync(string connectorName, CancellationToken cancellationToken)
    {
        if (_client.Value is not { } client)
        {
            return new(null, null, null);
        }

        var names = new List<string> { NameOf(connectorName, Endpoint), NameOf(connectorName, Key) };
        var found = await ReadAsync(client, names, connectorName, cancellationToken);
        var key = found.Find(parameter => parameter.Name == names[1]);
        if (key is not null && key.Type != ParameterType.SecureString)
        {
            throw PlainText(connectorName, names[1]);
        }

        return new(Text(found.Find(parameter => parameter.Name == names[0])), Text(key) is { } value ? new ApiKey(value) : null, AllowLoopback: null);
    }

    public string EndpointNames(string connectorName) =>
        $"{Parameter(NameOf(connectorName, Endpoint))} (aws ssm put-parameter --name {NameOf(connectorName, Endpoint)} --type String --value https://…)";

    public string KeyNames(string connectorName) => $"{Parameter(NameOf(connectorName, Key))} ({PutKey(NameOf(connectorName, Key))})";

    public async Task<string?> FindQueueUrlAsync(string connectorName, CancellationToken cancellationToken) =>
        _client.Value is { } client ? Text((await ReadAsync(client, [NameOf(connectorName, Queue)], connectorName, cancellationToken)).FirstOrDefault()) : null;

    public string QueueUrlNames(string connectorName) => Parameter(NameOf(connectorName, Queue));

    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value?.Sdk.Dispose();
        }
    }

    private static async Task<List<Parameter>> ReadAsync(SsmClient client, List<string> names, string connector, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await client.Sdk.GetParametersAsync(new GetParametersRequest { Names = names, WithDecryption = true }, cancellationToken);
            return answer.Parameters ?? [];
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw Translate(e, client, names, connector);
        }
    }

    private static ConnectorException Translate(Exception e, SsmClient client, List<string> names, string connector)
    {
        var what = $"Cannot read the SSM parameters of connector \"{connector}\" ({string.Join(", ", names)}): ";
        if (AwsCause.Of(e, client.Service) is { } cause)
        {
            return new(FailureTypes.AwsUnreachable, what + cause.Sentence, cause.IsTransient, cause: e);
        }

        var code = (e as AmazonServiceException)?.ErrorCode;
        return code is "AccessDeniedException" or "AccessDenied"
            ? Wrong(
                $"{what}access is denied. Allow this identity ssm:GetParameters on arn:aws:ssm:{client.Region ?? "*"}:*:parameter{names[0][..(names[0].LastIndexOf('/') + 1)]}*, "
                + "and kms:Decrypt on the key that encrypts them. deploy/iam/worker-policy.json has all that a worker needs.",
                e)
            : Wrong($"{what}{client.Service} refused ({code ?? e.GetType().Name}). Look at the connector's name and the Ssm settings, and at the KMS key of the parameters.", e);
    }

    private static ConnectorException PlainText(string connector, string name) => Wrong(
        $"The SSM parameter {name} holds the key of connector \"{connector}\" as plain text. SSM cannot change a parameter's type, so delete it and put it anew: "
        + $"aws ssm delete-parameter --name {name}; {PutKey(name)}",
        cause: null);

    private static ConnectorException Wrong(string message, Exception? cause) =>
        new(FailureTypes.InvalidConfiguration, message, transient: false, cause: cause);

    private static string? Text(Parameter? parameter) => parameter?.Value?.Trim() is { Length: > 0 } value ? value : null;

    private static string PutKey(string name) => $"aws ssm put-parameter --name {name} --type SecureString --value \"$KEY\"";

    private string NameOf(string connector, string value) => $"/{options.Value.Environment.Trim('/')}/personalize-connectors/{connector}/{value}";

    private string Parameter(string name) => _client.Value is null ? $"AWS_REGION and the SSM parameter {name}" : $"the SSM parameter {name}";
}
