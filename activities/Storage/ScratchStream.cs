namespace PersonalizeConnectors.Activities.Storage;

/// <summary>A scratch file that is deleted when closed, and says what went wrong with its path and setting.</summary>
internal sealed class ScratchStream(string path, Func<Exception, StorageException> translate)
    : FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BufferSize, FileOptions.DeleteOnClose)
{
    private const int BufferSize = 131_072;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            base.Write(buffer);
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            throw translate(e);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await base.WriteAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            throw translate(e);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush(bool flushToDisk)
    {
        try
        {
            base.Flush(flushToDisk);
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            throw translate(e);
        }
    }
}
