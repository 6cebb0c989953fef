using System.Security.Cryptography;

namespace PersonalizeConnectors.Activities.Storage.Local;

/// <summary>Folders come with their first object and go with their last, while other processes do the same.</summary>
internal static class LocalFolders
{
    // Each try loses only to another process that removes the folder in the same microseconds.
    private const int Tries = 100;

    private const string TemporaryStart = ".unfinished-";

    /// <summary>How long an unfinished object is left alone; nothing here writes for so long.</summary>
    public static TimeSpan UnfinishedFor { get; } = TimeSpan.FromDays(1);

    public static bool IsTemporary(string name) => name.StartsWith(TemporaryStart, StringComparison.Ordinal);

    /// <summary>A new file under a name that no listing shows, in a folder that is made if need be.</summary>
    public static FileStream CreateTemporary(string folder, int bufferSize)
    {
        var path = Path.Join(folder, TemporaryStart + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));
        return InFolder(folder, () => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize));
    }

    /// <summary>Makes a file, or opens it, in a folder that is made if need be, as often as another process removes it in between.</summary>
    public static T InFolder<T>(string folder, Func<T> open)
    {
        for (var attempt = 1; ; attempt++)
        {
            Make(folder);
            try
            {
                return open();
            }
            catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException && attempt < Tries)
            {
                // "File not found" where yet another process made the folder again before the base library looked for the reason.
            }
        }
    }

    /// <summary>Removes the folder and those above it, below the root, as long as they are empty.</summary>
    public static void RemoveEmpty(string folder, string root)
    {
        while (folder.Length > root.Length && RealPath.IsWithin(folder, root))
        {
            try
            {
                Directory.Delete(folder, recursive: false);
            }
            catch (DirectoryNotFoundException)
            {
                // Another process was faster; it goes on with the folder above as this one does.
            }
            catch (Exception e) when (FileFailures.Covers(e))
            {
                // Not empty, or not ours to remove: the folder stays, which harms nobody.
                return;
            }

            folder = Path.GetDirectoryName(folder)!;
        }
    }

    /// <summary>Removes unfinished files below the folder, and the folders that are empty without them.</summary>
    public static void RemoveUnfinished(string folder, string root, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        // Links are not followed: what they lead to is somebody else's.
        var everything = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (var file in Directory.EnumerateFiles(folder, TemporaryStart + "*", everything).ToList())
        {
            cancellationToken.ThrowIfCancellationRequested();
            File.Delete(file);
        }

        foreach (var below in Directory.EnumerateDirectories(folder, "*", everything).OrderByDescending(d => d.Length).ToList())
        {
            RemoveEmpty(below, root);
        }

        RemoveEmpty(folder, root);
    }

    private static void Make(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        var parent = Path.GetDirectoryName(folder)!;
        Make(parent);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException && !File.Exists(parent))
        {
            // The parent was removed as empty; the caller's open fails, and begins anew.
            return;
        }

        FolderSync.Flush(parent);
    }
}
