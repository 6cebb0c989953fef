using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.S3;

namespace PersonalizeConnectors.Activities.Storage.S3;

/// <summary>
/// One bucket's client. Where no region is configured, the bucket says in its first refusal where it lies, and everything goes there from then on.
/// </summary>
internal sealed class S3Connection(string bucket, S3BucketOptions options, HttpClientFactory? http = null) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<S3Client> _all = [];
    private S3Client? _client;

    public string Bucket { get; } = bucket;

    /// <summary>The client of now; made by its first use, so that nobody waits for credentials who reads no bucket.</summary>
    public S3Client Client
    {
        get
        {
            lock (_gate)
            {
                return _client ??= Add(region: null);
            }
        }
    }

    /// <summary>Where the configuration says that the bucket is; null where it does not.</summary>
    public string? ConfiguredRegion => options.Region;

    /// <summary>Bodies travel in signed chunks to AWS, plain to others: not every other store takes chunks.</summary>
    public bool UseChunks => Client.Endpoint is null;

    /// <summary>Sends a request, to the bucket's own region. Throws what the SDK throws.</summary>
    public async Task<T> SendAsync<T>(Func<IAmazonS3, Task<T>> send)
    {
        var client = Client;
        try
        {
            return await send(client.Sdk);
        }
        catch (AmazonS3Exception e) when (IsElsewhere(e) && options.Region is null && client.Endpoint is null)
        {
            var region = RegionIn(e) ?? await AskRegionAsync(client);
            if (region is null || region == client.Region)
            {
                throw;
            }

            client = Move(region);
        }

        return await send(client.Sdk);
    }

    /// <summary>True where S3 says that the bucket lies in another region than the one asked.</summary>
    public static bool IsElsewhere(AmazonS3Exception e) =>
        e.ErrorCode is "PermanentRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" or "TemporaryRedirect"
        || (int)e.StatusCode is 301 or 307
        || ((int)e.StatusCode == 400 && RegionIn(e) is not null);

    /// <summary>The region that a refusal names.</summary>
    public static string? RegionIn(AmazonS3Exception e)
    {
        for (Exception? cause = e; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpErrorResponseException { Response: { } response } && response.IsHeaderPresent("x-amz-bucket-region"))
            {
                return response.GetHeaderValue("x-amz-bucket-region");
            }
        }

        return null;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _all.ForEach(client => client.Sdk.Dispose());
            _all.Clear();
        }
    }

    private async Task<string?> AskRegionAsync(S3Client client)
    {
        try
        {
            return (await client.Sdk.HeadBucketAsync(new() { BucketName = Bucket })).BucketRegion;
        }
        catch (AmazonS3Exception e)
        {
            // A refusal names the region as well as an answer does.
            return RegionIn(e);
        }
    }

    private S3Client Move(string region)
    {
        lock (_gate)
        {
            // Requests under way still use the old one, so it is disposed with all.
            return _client?.Region == region ? _client : _client = Add(region);
        }
    }

    private S3Client Add(string? region)
    {
        var client = S3Client.Create(Bucket, options, region, http);
        _all.Add(client);
        return client;
    }
}
