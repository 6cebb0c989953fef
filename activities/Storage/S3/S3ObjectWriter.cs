using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace PersonalizeConnectors.Activities.Storage.S3;

/// <summary>Gathers bytes: a small object goes in one put at the commit, a larger one as a multipart upload that the commit completes.</summary>
/// <param name="key">Below the store's root.</param>
/// <param name="at">In the bucket.</param>
internal sealed class S3ObjectWriter(S3Connection connection, string key, string at, PutCondition condition, TimeProvider clock) : ObjectWriter
{
    // Another conditional put of the same key was under way: S3 wants to be asked again.
    private const int ConflictAttempts = 5;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly string _mark = Guid.NewGuid().ToString("N");
    private PartBuffer _filling = new();
    private S3Upload? _upload;
    private long _size;
    private bool _done;

    public override Stream Stream => field ??= new S3WriteStream(this);

    public override async Task<ObjectEntry> CommitAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_done, this);
        try
        {
            var etag = _upload is null ? await PutAsync(cancellationToken) : await CompleteAsync(_upload, cancellationToken);
            _done = true;
            return new(key, _size, etag, S3Listing.Time(clock.GetUtcNow().UtcDateTime));
        }
        catch (Exception e) when (S3Failures.Covers(e, cancellationToken))
        {
            throw Translate(e);
        }
    }

    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _size += bytes.Length;
        while (!bytes.IsEmpty)
        {
            var room = (int)Math.Min(bytes.Length, (_upload?.NextPartBytes ?? S3Upload.FirstPartBytes) - _filling.Length);
            _filling.Append(bytes.Span[..room]);
            bytes = bytes[room..];
            if (_filling.Length >= (_upload?.NextPartBytes ?? S3Upload.FirstPartBytes))
            {
                await SendFilledAsync(cancellationToken);
            }
        }
    }

    public override async ValueTask DisposeAsync()
    {
        _done = true;
        if (_upload is not null)
        {
            await _upload.DisposeAsync();
            _upload = null;
        }

        _filling.Dispose();
    }

    private async Task SendFilledAsync(CancellationToken cancellationToken)
    {
        _upload ??= new S3Upload(connection, at);
        var part = _filling;
        _filling = new PartBuffer();
        try
        {
            await _upload.SendAsync(part, _mark, cancellationToken);
        }
        catch (Exception e) when (S3Failures.Covers(e, cancellationToken))
        {
            throw Translate(e);
        }
    }

    private async Task<string> PutAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var body = _filling.OpenRead();
            var request = new PutObjectRequest
            {
                BucketName = connection.Bucket,
                Key = at,
                InputStream = body,
                AutoCloseStream = false,
                UseChunkEncoding = connection.UseChunks,
            };
            if (condition is not PutCondition.Unconditional)
            {
                request.Metadata[S3Conditions.Mark] = _mark;
                S3Conditions.Apply(condition, none => request.IfNoneMatch = none, match => request.IfMatch = match);
            }

            try
            {
                return (await connection.SendAsync(sdk => sdk.PutObjectAsync(request, cancellationToken))).ETag;
            }
            catch (AmazonS3Exception e) when (IsConflict(e))
            {
                return await FindOwnAsync(cancellationToken) ?? throw Conflict(e);
            }
            catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.Conflict)
            {
                if (attempt == ConflictAttempts)
                {
                    throw UnderWay(e);
                }

                await Task.Delay(Jitter.Of(attempt, LongestPause), clock, cancellationToken);
            }
        }
    }

    private async Task<string> CompleteAsync(S3Upload upload, CancellationToken cancellationToken)
    {
        if (_filling.Length > 0)
        {
            await SendFilledAsync(cancellationToken);
        }

        try
        {
            return await upload.CompleteAsync(condition, cancellationToken);
        }
        catch (AmazonS3Exception e) when (IsConflict(e) || e.ErrorCode == "NoSuchUpload")
        {
            if (await FindOwnAsync(cancellationToken) is not { } etag)
            {
                throw e.ErrorCode == "NoSuchUpload" ? Removed(e) : Conflict(e);
            }

            upload.End();
            return etag;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.Conflict)
        {
            throw UnderWay(e);
        }
    }

    private S3Address Where => new(connection.Bucket, at);

    private bool IsConflict(AmazonS3Exception e) =>
        condition is not PutCondition.Unconditional
        && (e.StatusCode == HttpStatusCode.PreconditionFailed || (condition is PutCondition.Unchanged && e.ErrorCode == "NoSuchKey"));

    /// <summary>The ETag of the object that stands there, if it is this writer's.</summary>
    private async Task<string?> FindOwnAsync(CancellationToken cancellationToken)
    {
        try
        {
            var found = await connection.SendAsync(sdk => sdk.GetObjectMetadataAsync(
                new GetObjectMetadataRequest { BucketName = connection.Bucket, Key = at }, cancellationToken));
            return found.Metadata[S3Conditions.Mark] == _mark ? found.ETag : null;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private PutConflictException Conflict(AmazonS3Exception e) => new(
        condition is PutCondition.Absent
            ? $"{Where} exists already; it was not replaced. Something else wrote it."
            : e.StatusCode == HttpStatusCode.NotFound
                ? $"{Where} was removed since it was read; it was not written again."
                : $"{Where} was changed since it was read; it was not replaced. Something else writes it.");

    private StorageException UnderWay(AmazonS3Exception e) =>
        new($"Cannot write {Where}: another write of it was under way. It is tried again from the start.", transient: true, e);

    private StorageException Removed(AmazonS3Exception e) => new(
        $"Cannot write {Where}: its unfinished upload was removed meanwhile. It is tried again from the start; a lifecycle rule that removes unfinished uploads should leave them a day.",
        transient: true, e);

    private StorageException Translate(Exception e) => S3Failures.Translate(e, S3Act.Write(at), connection);
}
