using Amazon.S3.Model;

namespace PersonalizeConnectors.Activities.Storage.S3;

/// <summary>
/// The body of an answer. Where it breaks off or stands still, the rest is asked for anew, on condition that the object is still the same one.
/// </summary>
/// <param name="offset">The body's first byte in the object.</param>
internal sealed class S3ReadStream(S3Reader reader, GetObjectResponse response, long offset, TimeProvider clock) : Stream
{
    // Without a byte in between; the step itself is tried again afterwards.
    private const int Attempts = 5;

    // S3 sends its first byte within a second; a body that stands still for so long has lost its connection.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);

    private readonly string _etag = response.ETag;
    private readonly long _end = offset + response.ContentLength;
    private GetObjectResponse? _response = response;
    private CancellationTokenSource? _patience;
    private long _position = offset;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || _position >= _end)
        {
            return 0;
        }

        for (var attempt = 1; ; attempt++)
        {
            Exception broken;
            try
            {
                _response ??= await reader.GetAsync(new(_position, _end - _position), _etag, cancellationToken);
                var read = _response is null ? 0 : await ReadOnceAsync(_response.ResponseStream, buffer, cancellationToken);
                if (read > 0)
                {
                    _position += read;
                    return read;
                }

                broken = new EndOfStreamException("The body ended before its time.");
            }
            catch (Exception e) when (S3Failures.Covers(e, cancellationToken))
            {
                broken = e;
            }

            _response?.Dispose();
            _response = null;
            if (attempt == Attempts)
            {
                throw reader.Translate(broken);
            }

            await Task.Delay(Jitter.Of(attempt, LongestPause), clock, cancellationToken);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _response?.Dispose();
            _response = null;
            _patience?.Dispose();
            _patience = null;
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadOnceAsync(Stream body, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var patience = _patience ??= new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        patience.CancelAfter(Patience);
        try
        {
            await using var caller = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), patience);
            return await body.ReadAsync(buffer, patience.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        finally
        {
            if (!patience.TryReset())
            {
                patience.Dispose();
                _patience = null;
            }
        }
    }
}
