using System.Globalization;

namespace PersonalizeConnectors.Activities.Storage.Overlay;

/// <summary>Takes an object that nobody reads: its size is all that is left of it.</summary>
internal sealed class DiscardingWriter(string key, TimeProvider clock) : ObjectWriter
{
    private readonly CountingStream _stream = new();

    public override Stream Stream => _stream;

    public override Task<ObjectEntry> CommitAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new ObjectEntry(key, _stream.Length, _stream.Length.ToString("x", CultureInfo.InvariantCulture), clock.GetUtcNow()));

    public override ValueTask DisposeAsync() => _stream.DisposeAsync();

    private sealed class CountingStream : Stream
    {
        private long _length;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _length;

        public override long Position { get => _length; set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> buffer) => _length += buffer.Length;

        public override void Write(byte[] buffer, int offset, int count) => _length += count;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _length += buffer.Length;
            return ValueTask.CompletedTask;
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            _length += count;
            return Task.CompletedTask;
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
