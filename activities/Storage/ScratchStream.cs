namespace PersonalizeConnectors.Activities.Storage;

/// <summary>
/// A scratch file that is deleted when closed, and says what went wrong with its path and setting. Writes of spans and memory come here as arrays:
/// a class derived from <see cref="FileStream"/> gets them so.
/// </summary>
internal sealed class ScratchStream(string path, Func<Exception, StorageException> translate, FileMode mode = FileMode.CreateNew)
    : FileStream(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, BufferSize, FileOptions.DeleteOnClose)
{
    private const int BufferSize = 131_072;

    public override void Write(byte[] buffer, int offset, int count)
    {
        try
        {
            base.Write(buffer, offset, count);
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            throw translate(e);
        }
    }

    public override async Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        try
        {
            await base.WriteAsync(buffer, offset, count, cancellationToken);
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            throw translate(e);
        }
    }

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

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await base.FlushAsync(cancellationToken);
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            throw translate(e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        try
        {
            base.Dispose(disposing);
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            // The last buffer of a file that is deleted now: nobody reads it any more.
        }
    }
}
