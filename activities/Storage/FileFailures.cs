namespace PersonalizeConnectors.Activities.Storage;

/// <summary>Turns what the file system throws into one sentence with the path and the cure.</summary>
internal static class FileFailures
{
    // Unix errors reach HResult as they are; Windows ones as HRESULT_FROM_WIN32.
    private const int ReadOnlyUnix = 30;
    private const int FullUnix = 28;
    private const int QuotaLinux = 122;
    private const int QuotaMac = 69;
    private const int AgainLinux = 11;
    private const int AgainMac = 35;
    private const int ReadOnlyWindows = unchecked((int)0x80070013);
    private const int FullWindows = unchecked((int)0x80070070);
    private const int HandleFullWindows = unchecked((int)0x80070027);
    private const int SharingWindows = unchecked((int)0x80070020);
    private const int LockWindows = unchecked((int)0x80070021);

    public static bool Covers(Exception e) => e is IOException or UnauthorizedAccessException;

    /// <summary>True where the file is open in a way that excludes others.</summary>
    public static bool IsInUse(IOException e) =>
        OperatingSystem.IsWindows()
            ? e.HResult is SharingWindows or LockWindows
            : e.HResult == (OperatingSystem.IsMacOS() ? AgainMac : AgainLinux);

    /// <param name="doing">The verb: <c>read</c>, <c>write</c>, <c>list</c>, <c>delete</c>.</param>
    /// <param name="setting">The setting that chose the place, where there is one.</param>
    public static StorageException Translate(Exception e, string path, string doing, string? setting = null)
    {
        var elsewhere = setting is null ? "" : $", or set {setting} to another folder";
        return e switch
        {
            UnauthorizedAccessException => new StorageException(
                $"Cannot {doing} {path}: access is denied to the user {Environment.UserName}. Give this user the right to {doing} there{elsewhere}.",
                transient: false, e),
            PathTooLongException => new StorageException(
                $"Cannot {doing} {path}: the path or one of its names is too long for the file system. Choose shorter names.", transient: false, e),
            IOException when FileInTheWay(path) is { } file => new StorageException(
                $"Cannot {doing} {path}: {file} is a file where a folder is needed. Rename or remove it.", transient: false, e),
            FileNotFoundException or DirectoryNotFoundException => new ObjectNotFoundException(
                $"There is no {path}. Look at the spelling, and whether something removed it.", e),
            IOException io when IsFull(io) => new StorageException(
                $"Cannot {doing} {path}: the disk is full. Free some space{elsewhere}; the run goes on where it stopped.", transient: true, e),
            IOException { HResult: ReadOnlyUnix or ReadOnlyWindows } => new StorageException(
                $"Cannot {doing} {path}: the file system is read-only. Mount it for writing{elsewhere}.", transient: false, e),
            _ => new StorageException(
                $"Cannot {doing} {path}: {e.Message.TrimEnd('.')}. Look at the disk and the folder's rights{elsewhere}.", transient: true, e),
        };
    }

    private static string? FileInTheWay(string path)
    {
        for (var folder = Path.GetDirectoryName(path); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(folder))
            {
                return folder;
            }
        }

        return null;
    }

    private static bool IsFull(IOException e) => e.HResult switch
    {
        FullWindows or HandleFullWindows => true,
        FullUnix => !OperatingSystem.IsWindows(),
        QuotaLinux => OperatingSystem.IsLinux(),
        QuotaMac => OperatingSystem.IsMacOS(),
        _ => false,
    };
}
