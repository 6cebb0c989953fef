namespace PersonalizeConnectors.Activities.Storage.Local;

/// <summary>An operating system's lock on a file. It ends with its process, however that ends.</summary>
internal static class FileLock
{
    /// <summary>Takes the lock, or returns null where another open stream of any process has it.</summary>
    public static FileStream? TryTake(string path, FileMode mode)
    {
        try
        {
            return new FileStream(path, mode, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (FileFailures.IsInUse(e))
        {
            return null;
        }
    }
}
