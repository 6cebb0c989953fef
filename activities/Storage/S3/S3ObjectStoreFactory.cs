using System.Collections.Concurrent;
using Amazon.Runtime;
using Microsoft.Extensions.Options;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Storage.S3;

/// <summary>Buckets, as far as <c>Storage__Buckets</c> lets them in. One connection a bucket.</summary>
internal sealed class S3ObjectStoreFactory(IOptions<StorageOptions> options, TimeProvider clock, HttpClientFactory? http = null) : IObjectStoreFactory, IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<S3Connection>> _connections = new();

    public string Form => "an address in S3 (s3://bucket/etl_jobs/related_items/shop)";

    public bool Accepts(string path) => S3Address.Is(path);

    public string Canonicalize(string path) => S3Address.Parse(path).ToString();

    public IObjectStore Open(string root)
    {
        var address = S3Address.Parse(root);
        var settings = options.Value;
        if (settings.Buckets.Count > 0 && !settings.Buckets.Contains(address.Bucket, StringComparer.Ordinal))
        {
            throw new ConnectorException(
                FailureTypes.LocationRefused,
                $"This worker does not take the bucket {address.Bucket}: Storage__Buckets holds {string.Join(", ", settings.Buckets)}. Add the bucket to it, or start the job where a worker has it.",
                transient: false);
        }

        var connection = _connections.GetOrAdd(
            address.Bucket, static (bucket, my) => new(() => new S3Connection(bucket, my.settings.S3Of(bucket), my.http)), (settings, http));
        return new S3ObjectStore(connection.Value, address, clock);
    }

    public void RequireFolder(string path)
    {
        // A bucket has no folders; reading the job's configuration tells.
    }

    public void Dispose()
    {
        foreach (var connection in _connections.Values.Where(connection => connection.IsValueCreated))
        {
            connection.Value.Dispose();
        }
    }
}
