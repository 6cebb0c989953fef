using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace PersonalizeConnectors.Activities.Storage.S3;

/// <summary>Objects of a bucket, or below a prefix in it; docs/aws.md says what it needs.</summary>
/// <param name="root">Where the root lies.</param>
internal sealed class S3ObjectStore(S3Connection connection, S3Address root, TimeProvider clock) : IObjectStore
{
    private readonly string _below = root.Key.Length == 0 ? "" : root.Key + "/";

    public string Address { get; } = root.ToString();

    public async IAsyncEnumerable<ObjectEntry> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in S3Listing.PagesAsync(connection, _below + prefix, delimiter: null, cancellationToken))
        {
            foreach (var found in page.S3Objects ?? [])
            {
                yield return new(
                    S3Listing.Decode(page, found.Key)[_below.Length..], found.Size ?? 0, found.ETag, S3Listing.Time(found.LastModified));
            }
        }
    }

    public async IAsyncEnumerable<string> ListFoldersAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var page in S3Listing.PagesAsync(connection, _below + prefix, delimiter: "/", cancellationToken))
        {
            foreach (var found in page.CommonPrefixes ?? [])
            {
                yield return S3Listing.Decode(page, found)[(_below.Length + prefix.Length)..^1];
            }
        }
    }

    public async Task<ObjectEntry?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var at = _below + key;
        try
        {
            var found = await connection.SendAsync(sdk => sdk.GetObjectMetadataAsync(
                new GetObjectMetadataRequest { BucketName = connection.Bucket, Key = at }, cancellationToken));
            return new(key, found.ContentLength, found.ETag, S3Listing.Time(found.LastModified));
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
        catch (AmazonS3Exception e) when (e.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden)
        {
            // The answer to such a request has no body; another one for the same object says why.
            return await FindByReadingAsync(key, cancellationToken);
        }
        catch (Exception e) when (S3Failures.Covers(e, cancellationToken))
        {
            throw S3Failures.Translate(e, S3Act.Read(at), connection);
        }
    }

    public async Task<Stream> OpenAsync(string key, ByteRange range, string? ifETag, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(range.Offset);
        ArgumentOutOfRangeException.ThrowIfNegative(range.Length ?? 0);
        var reader = new S3Reader(connection, _below + key, clock);
        return range.Length == 0
            ? await reader.CheckAsync(ifETag, cancellationToken)
            : await reader.OpenAsync(range, ifETag, cancellationToken);
    }

    public Task<ObjectWriter> CreateAsync(string key, PutCondition condition, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<ObjectWriter>(new S3ObjectWriter(connection, key, _below + key, condition, clock));
    }

    public async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        var at = _below + key;
        try
        {
            await connection.SendAsync(sdk => sdk.DeleteObjectAsync(new DeleteObjectRequest { BucketName = connection.Bucket, Key = at }, cancellationToken));
        }
        catch (Exception e) when (S3Failures.Covers(e, cancellationToken))
        {
            throw S3Failures.Translate(e, S3Act.Delete(at), connection);
        }
    }

    public async Task DeleteUnfinishedAsync(string folder, CancellationToken cancellationToken)
    {
        await foreach (var upload in S3Listing.UploadsAsync(connection, _below + folder, cancellationToken))
        {
            await S3Upload.AbortAsync(connection, upload.Key, upload.UploadId, cancellationToken);
        }
    }

    private async Task<ObjectEntry?> FindByReadingAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await new S3Reader(connection, _below + key, clock).OpenAsync(new(0, 1), ifETag: null, cancellationToken);
            return await ListAsync(key, cancellationToken).FirstOrDefaultAsync(entry => entry.Key == key, cancellationToken);
        }
        catch (ObjectNotFoundException)
        {
            return null;
        }
    }
}
