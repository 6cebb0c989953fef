using System.Globalization;
using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace PersonalizeConnectors.Activities.Storage.S3;

/// <summary>Opens ranges of one object.</summary>
internal sealed class S3Reader(S3Connection connection, string key, TimeProvider clock)
{
    /// <summary>A stream of the range, which goes on by itself where its connection breaks.</summary>
    public async Task<Stream> OpenAsync(Storage.ByteRange range, string? ifETag, CancellationToken cancellationToken)
    {
        var response = await GetAsync(range, ifETag, cancellationToken);
        return response is null ? Stream.Null : new S3ReadStream(this, response, range.Offset, clock);
    }

    /// <summary>An empty range is no range to S3; the object must be there all the same.</summary>
    public async Task<Stream> CheckAsync(string? ifETag, CancellationToken cancellationToken)
    {
        (await GetAsync(new(0, 1), ifETag, cancellationToken))?.Dispose();
        return Stream.Null;
    }

    /// <summary>One request; null where the range begins behind the end.</summary>
    public async Task<GetObjectResponse?> GetAsync(Storage.ByteRange range, string? ifETag, CancellationToken cancellationToken)
    {
        var request = new GetObjectRequest { BucketName = connection.Bucket, Key = key, EtagToMatch = ifETag };
        if (range != Storage.ByteRange.All)
        {
            request.ByteRange = new(string.Create(CultureInfo.InvariantCulture, $"bytes={range.Offset}-{range.Offset + range.Length - 1}"));
        }

        try
        {
            return await connection.SendAsync(sdk => sdk.GetObjectAsync(request, cancellationToken));
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return null;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            throw Changed();
        }
        catch (Exception e) when (S3Failures.Covers(e, cancellationToken))
        {
            throw Translate(e);
        }
    }

    public StorageException Translate(Exception e) => S3Failures.Translate(e, S3Act.Read(key), connection);

    private ObjectChangedException Changed() =>
        new($"{new S3Address(connection.Bucket, key)} was changed while this run read it. Run again when whatever writes it has finished.");
}
