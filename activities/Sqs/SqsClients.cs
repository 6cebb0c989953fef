using System.Collections.Concurrent;
using Amazon.Runtime;
using Microsoft.Extensions.Options;
using PersonalizeConnectors.Activities.Aws;

namespace PersonalizeConnectors.Activities.Sqs;

/// <summary>The SDK's clients, one a region.</summary>
internal interface ISqsClients
{
    /// <param name="region">Where the queue is; null: as configured.</param>
    SqsClient Of(string? region);
}

/// <inheritdoc />
internal sealed class SqsClients(IOptions<SqsOptions> options, HttpClientFactory? http = null) : ISqsClients, IDisposable
{
    private const string AnyRegion = "us-east-1";

    private readonly ConcurrentDictionary<string, Lazy<SqsClient>> _clients = new(StringComparer.Ordinal);

    public SqsClient Of(string? region) =>
        _clients.GetOrAdd(region ?? options.Value.Region ?? AwsClients.DefaultRegion() ?? AnyRegion, name => new(() => SqsClient.Create(options.Value, name, http))).Value;

    public void Dispose()
    {
        foreach (var client in _clients.Values.Where(c => c.IsValueCreated))
        {
            client.Value.Dispose();
        }
    }
}
