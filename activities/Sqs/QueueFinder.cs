using System.Text.RegularExpressions;
using Amazon.SQS.Model;
using Microsoft.Extensions.Options;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Sqs;

/// <summary>Finds the queue of a connector.</summary>
internal interface IQueueFinder
{
    /// <exception cref="ConnectorException"><c>InvalidConfiguration</c>: none is named, or there is none; <c>AwsUnreachable</c>.</exception>
    Task<IQueue> FindAsync(ConnectorConfiguration connector, CancellationToken cancellationToken);

    /// <param name="address">Address or name.</param>
    /// <exception cref="ConnectorException"><c>InvalidConfiguration</c>: there is none; <c>AwsUnreachable</c>.</exception>
    Task<IQueue> FindByAddressAsync(string address, CancellationToken cancellationToken);
}

/// <summary>By address, by name, or by what the settings and SSM say, in this order.</summary>
internal sealed partial class QueueFinder(ISqsClients clients, IEnumerable<IQueueUrlSource> sources, IOptions<SqsOptions> options) : IQueueFinder
{
    private readonly IQueueUrlSource[] _sources = [.. sources];

    public async Task<IQueue> FindAsync(ConnectorConfiguration connector, CancellationToken cancellationToken) =>
        await FindByAddressAsync(connector.QueueUrl ?? connector.QueueName ?? await AskSourcesAsync(connector, cancellationToken), cancellationToken);

    public async Task<IQueue> FindByAddressAsync(string address, CancellationToken cancellationToken)
    {
        if (!address.Contains("://", StringComparison.Ordinal))
        {
            var (client, url) = await ResolveAsync(address, cancellationToken);
            return new SqsQueue(client, url, options.Value);
        }

        // The SDK sends to its own region's endpoint, whatever the address says.
        return new SqsQueue(clients.Of(Region().Match(address) is { Success: true } match ? match.Groups[1].Value : null), address, options.Value);
    }

    private async Task<string> AskSourcesAsync(ConnectorConfiguration connector, CancellationToken cancellationToken)
    {
        foreach (var source in _sources)
        {
            if (await source.FindQueueUrlAsync(connector.Name, cancellationToken) is { Length: > 0 } found)
            {
                return found;
            }
        }

        throw new ConnectorException(
            FailureTypes.InvalidConfiguration,
            $"Connector \"{connector.Name}\" delivers through a queue and has none. Set \"queue\": {{\"name\": \"…\"}} or {{\"url\": \"…\"}} in its config.json, or "
            + string.Join(", or ", _sources.Select(source => source.QueueUrlNames(connector.Name))) + ".",
            transient: false);
    }

    private async Task<(SqsClient Client, string Url)> ResolveAsync(string name, CancellationToken cancellationToken)
    {
        var client = clients.Of(region: null);
        try
        {
            return (client, (await client.Sdk.GetQueueUrlAsync(new GetQueueUrlRequest(name), cancellationToken)).QueueUrl);
        }
        catch (Exception e) when (SqsFailures.Covers(e, cancellationToken))
        {
            throw SqsFailures.Translate(e, client, "find", "sqs:GetQueueUrl", name);
        }
    }

    // https://sqs.eu-west-1.amazonaws.com/123456789012/name, and the older https://eu-west-1.queue.amazonaws.com/…
    [GeneratedRegex(@"^https://(?:sqs\.)?([a-z]{2}(?:-[a-z]+)+-[0-9])\.(?:queue\.)?amazonaws\.", RegexOptions.CultureInvariant)]
    private static partial Regex Region();
}
