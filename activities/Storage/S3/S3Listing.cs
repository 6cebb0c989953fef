using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace PersonalizeConnectors.Activities.Storage.S3;

/// <summary>Listings, page by page. A bucket lists in the order of UTF-8 keys.</summary>
internal static class S3Listing
{
    public static async IAsyncEnumerable<ListObjectsV2Response> PagesAsync(
        S3Connection connection, string prefix, string? delimiter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Asked for encoded, since a key may have characters that no XML can carry.
        var request = new ListObjectsV2Request { BucketName = connection.Bucket, Prefix = prefix, Delimiter = delimiter, Encoding = EncodingType.Url };
        while (true)
        {
            ListObjectsV2Response page;
            try
            {
                page = await connection.SendAsync(sdk => sdk.ListObjectsV2Async(request, cancellationToken));
            }
            catch (Exception e) when (S3Failures.Covers(e, cancellationToken))
            {
                throw S3Failures.Translate(e, S3Act.List(prefix), connection);
            }

            yield return page;
            if (page.IsTruncated != true)
            {
                yield break;
            }

            request.ContinuationToken = page.NextContinuationToken;
        }
    }

    /// <summary>Multipart uploads that were begun and neither completed nor aborted.</summary>
    public static async IAsyncEnumerable<MultipartUpload> UploadsAsync(
        S3Connection connection, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListMultipartUploadsRequest { BucketName = connection.Bucket, Prefix = prefix };
        while (true)
        {
            ListMultipartUploadsResponse page;
            try
            {
                page = await connection.SendAsync(sdk => sdk.ListMultipartUploadsAsync(request, cancellationToken));
            }
            catch (Exception e) when (S3Failures.Covers(e, cancellationToken))
            {
                throw S3Failures.Translate(e, S3Act.ListUploads(prefix), connection);
            }

            // Not every store but AWS's looks at the prefix.
            foreach (var upload in (page.MultipartUploads ?? []).Where(upload => upload.Key.StartsWith(prefix, StringComparison.Ordinal)))
            {
                yield return upload;
            }

            if (page.IsTruncated != true)
            {
                yield break;
            }

            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
    }

    public static string Decode(ListObjectsV2Response page, string key) => page.Encoding == EncodingType.Url ? WebUtility.UrlDecode(key) : key;

    /// <summary>To the second: what a single object's headers say, and listings say more exactly in some stores.</summary>
    public static DateTimeOffset Time(DateTime? time)
    {
        var exact = (time ?? DateTime.UnixEpoch).ToUniversalTime();
        return new DateTimeOffset(exact.Ticks - (exact.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
    }
}
