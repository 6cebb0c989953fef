using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace PersonalizeConnectors.Activities.Storage.S3;

/// <summary>A multipart upload: one part on its way while the next one fills, so that a writer holds two parts at most.</summary>
internal sealed class S3Upload(S3Connection connection, string key) : IAsyncDisposable
{
    /// <summary>The first parts' size; S3 takes none below 5 MiB but the last.</summary>
    public const long FirstPartBytes = 8 << 20;

    // Each next thousand parts is twice as large: 8 GB in parts of 8 MB, 24 GB with those of 16 MB, 5 TB before the ten-thousandth.
    private const int PartsOfOneSize = 1000;

    private static readonly TimeSpan AbortPatience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly List<PartETag> _parts = [];
    private Task _underWay = Task.CompletedTask;
    private string? _uploadId;
    private bool _isOver;

    /// <summary>How large the next part shall be.</summary>
    public long NextPartBytes => FirstPartBytes << (_parts.Count / PartsOfOneSize);

    /// <summary>Begins to send the part, and disposes it when it has arrived. Waits for the part before it.</summary>
    /// <param name="mark">Goes with the object.</param>
    public async Task SendAsync(PartBuffer part, string mark, CancellationToken cancellationToken)
    {
        try
        {
            await _underWay.WaitAsync(cancellationToken);
            _uploadId ??= await BeginAsync(mark, cancellationToken);
        }
        catch
        {
            part.Dispose();
            throw;
        }

        var number = _parts.Count + 1;
        _parts.Add(new PartETag(number, null));
        _underWay = SendPartAsync(part, number);
    }

    /// <summary>Makes the object of its parts. Throws what the SDK throws.</summary>
    public async Task<string> CompleteAsync(PutCondition condition, CancellationToken cancellationToken)
    {
        await _underWay.WaitAsync(cancellationToken);
        var request = new CompleteMultipartUploadRequest { BucketName = connection.Bucket, Key = key, UploadId = _uploadId, PartETags = _parts };
        S3Conditions.Apply(condition, none => request.IfNoneMatch = none, match => request.IfMatch = match);
        var response = await connection.SendAsync(sdk => sdk.CompleteMultipartUploadAsync(request, cancellationToken));
        _isOver = true;
        return response.ETag;
    }

    /// <summary>The object is there, whatever an answer said.</summary>
    public void End() => _isOver = true;

    /// <summary>Removes what arrived of an upload that was not completed.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // Its failure is told by the next write or the commit, where there is one; here nobody wants the part any more.
        await _underWay.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (_uploadId is not null && !_isOver)
        {
            using var patience = new CancellationTokenSource(AbortPatience);
            try
            {
                await AbortAsync(connection, key, _uploadId, patience.Token);
            }
            catch (Exception e) when (e is StorageException or OperationCanceledException)
            {
                // No listing shows it. Recover removes those in staging, the bucket's lifecycle rule the others (docs/aws.md).
            }
        }

        _stop.Dispose();
    }

    public static async Task AbortAsync(S3Connection connection, string key, string uploadId, CancellationToken cancellationToken)
    {
        try
        {
            await connection.SendAsync(sdk => sdk.AbortMultipartUploadAsync(
                new AbortMultipartUploadRequest { BucketName = connection.Bucket, Key = key, UploadId = uploadId }, cancellationToken));
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            // Over already.
        }
        catch (Exception e) when (S3Failures.Covers(e, cancellationToken))
        {
            throw S3Failures.Translate(e, S3Act.Abort(key), connection);
        }
    }

    private async Task<string> BeginAsync(string mark, CancellationToken cancellationToken)
    {
        var request = new InitiateMultipartUploadRequest { BucketName = connection.Bucket, Key = key, Metadata = { [S3Conditions.Mark] = mark } };
        return (await connection.SendAsync(sdk => sdk.InitiateMultipartUploadAsync(request, cancellationToken))).UploadId;
    }

    private async Task SendPartAsync(PartBuffer part, int number)
    {
        using (part)
        {
            await using var body = part.OpenRead();
            var response = await connection.SendAsync(sdk => sdk.UploadPartAsync(
                new UploadPartRequest
                {
                    BucketName = connection.Bucket,
                    Key = key,
                    UploadId = _uploadId,
                    PartNumber = number,
                    InputStream = body,
                    PartSize = body.Length,
                    UseChunkEncoding = connection.UseChunks,
                },
                _stop.Token));
            _parts[number - 1] = new PartETag(response);
        }
    }
}
