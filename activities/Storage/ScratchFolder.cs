using System.Globalization;
using System.Security.Cryptography;
using PersonalizeConnectors.Activities.Storage.Local;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>
/// This process's own folder below the scratch path. A lock file beside it is locked as long as the process lives, so that any later process can
/// tell an abandoned folder and remove it.
/// </summary>
internal sealed class ScratchFolder : IDisposable
{
    private const string LockEnding = ".lock";
    private const int Tries = 100;

    private readonly FileStream _lock;
    private long _files;

    public ScratchFolder(string scratchPath)
    {
        Directory.CreateDirectory(scratchPath);
        RemoveAbandoned(scratchPath);
        (Path, _lock) = Take(scratchPath);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Path);
        }
        else
        {
            // Recommendations by user id: nobody else's to read.
            Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public string Path { get; }

    /// <summary>A name no file here has had; keys and ids never become names.</summary>
    public string NextFile() => System.IO.Path.Join(Path, Interlocked.Increment(ref _files).ToString(CultureInfo.InvariantCulture));

    public void Dispose()
    {
        TryRemove(Path);
        _lock.Dispose();
        TryRemove(Path + LockEnding);
    }

    private static (string Path, FileStream Lock) Take(string scratchPath)
    {
        for (var attempt = 1; attempt <= Tries; attempt++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
            var path = System.IO.Path.Join(scratchPath, name);
            var taken = FileLock.TryTake(path + LockEnding, FileMode.CreateNew);

            // A process that cleans up may have seen the file before it was locked, and have removed it: then it protects nothing.
            if (taken is not null && File.Exists(path + LockEnding))
            {
                return (path, taken);
            }

            taken?.Dispose();
        }

        throw new IOException("a folder of its own could not be made there");
    }

    private static void RemoveAbandoned(string scratchPath)
    {
        foreach (var path in Directory.EnumerateFiles(scratchPath, "*" + LockEnding))
        {
            try
            {
                using var taken = FileLock.TryTake(path, FileMode.Open);
                if (taken is not null)
                {
                    // Last the lock: without it nobody would come back for the rest of the folder.
                    var folder = path[..^LockEnding.Length];
                    if (Directory.Exists(folder))
                    {
                        Directory.Delete(folder, recursive: true);
                    }

                    File.Delete(path);
                }
            }
            catch (Exception e) when (FileFailures.Covers(e))
            {
                // Another user's, or removed by another process at the same time: not in this process's way.
            }
        }
    }

    private static void TryRemove(string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }

            File.Delete(path);
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            // The next process on this machine removes it.
        }
    }
}
