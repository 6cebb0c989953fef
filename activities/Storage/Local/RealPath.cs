namespace PersonalizeConnectors.Activities.Storage.Local;

/// <summary>Follows every link of a path, also those in its middle, which the base library does for the last name only.</summary>
internal static class RealPath
{
    // As Linux does.
    private const int MaxLinks = 40;

    /// <summary>The place an absolute path leads to. Names that do not exist are kept as they are.</summary>
    public static string Resolve(string path)
    {
        var root = Path.GetPathRoot(path)!;
        return Resolve(root, path[root.Length..]);
    }

    /// <param name="folder">An absolute folder without links.</param>
    /// <param name="relative">What to follow from there.</param>
    public static string Resolve(string folder, string relative)
    {
        var current = folder;
        var pending = new Stack<string>();
        Push(pending, relative);
        var links = 0;
        while (pending.TryPop(out var name))
        {
            if (name == "..")
            {
                current = Path.GetDirectoryName(current) ?? current;
                continue;
            }

            var next = Path.Join(current, name);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                current = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                throw new StorageException($"{next} is a link in a circle, or behind {MaxLinks} others. Correct the links.", transient: false);
            }

            if (Path.IsPathRooted(target))
            {
                current = Path.GetPathRoot(target)!;
                target = target[current.Length..];
            }

            Push(pending, target);
        }

        return current;
    }

    /// <summary>True where the path is the folder or lies in it; both without links and trailing slashes.</summary>
    public static bool IsWithin(string path, string folder)
    {
        var comparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return path.StartsWith(folder, comparison)
            && (path.Length == folder.Length || Path.EndsInDirectorySeparator(folder) || path[folder.Length] == Path.DirectorySeparatorChar);
    }

    private static void Push(Stack<string> pending, string relative)
    {
        var names = relative.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        foreach (var name in names.Reverse())
        {
            if (name != ".")
            {
                pending.Push(name);
            }
        }
    }
}
