namespace PersonalizeConnectors.Activities.Storage.Local;

/// <summary>Walks the root in key order, a folder at a time, so that memory holds the names of the folders on the way and no more.</summary>
internal sealed class LocalListing(LocalPaths paths, TimeProvider clock, bool tidies)
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    public IEnumerable<ObjectEntry> Walk(string prefix, CancellationToken cancellationToken)
    {
        var (folder, key, namePrefix) = paths.LocatePrefix(prefix);
        var levels = new Stack<Level>();
        levels.Push(new Level(folder, Read(folder, key, namePrefix)));
        while (levels.TryPeek(out var level))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!level.Items.TryDequeue(out var item))
            {
                levels.Pop();
            }
            else if (!item.IsFolder)
            {
                if (LocalETag.Read(item.Key, item.Path) is { } entry)
                {
                    yield return entry;
                }
            }
            else if (!levels.Any(above => RealPath.IsWithin(above.Folder, item.Path)))
            {
                // A link to a folder that the walk is in already would never end.
                levels.Push(new Level(item.Path, Read(item.Path, item.Key, "")));
            }
        }
    }

    /// <summary>Names of the folders right below the prefix that hold an object.</summary>
    public IEnumerable<string> WalkFolders(string prefix, CancellationToken cancellationToken)
    {
        var (folder, key, namePrefix) = paths.LocatePrefix(prefix);
        foreach (var item in Read(folder, key, namePrefix))
        {
            if (item.IsFolder && Walk(item.Key, cancellationToken).Any())
            {
                yield return item.Key[key.Length..^1];
            }
        }
    }

    private Queue<Item> Read(string folder, string key, string namePrefix)
    {
        var items = new List<Item>();
        var removed = false;
        try
        {
            foreach (var info in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", Everything))
            {
                if (LocalFolders.IsTemporary(info.Name))
                {
                    removed |= RemoveAbandoned(info);
                }
                else if (!LocalPaths.IsHidden(info.Name) && info.Name.StartsWith(namePrefix, StringComparison.Ordinal))
                {
                    items.Add(ItemOf(info, key));
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
            // Not there, or gone since its parent was read: nothing to list.
            return new Queue<Item>();
        }
        catch (IOException) when (File.Exists(folder))
        {
            return new Queue<Item>();
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            throw FileFailures.Translate(e, folder, "list");
        }

        if (removed && items.Count == 0)
        {
            LocalFolders.RemoveEmpty(folder, paths.Root);
        }

        items.Sort((a, b) => Utf8Order.Instance.Compare(a.Key, b.Key));
        return new Queue<Item>(items);
    }

    private Item ItemOf(FileSystemInfo info, string key)
    {
        var path = info.FullName;
        var isFolder = info is DirectoryInfo;
        if (info.LinkTarget is not null)
        {
            path = RealPath.Resolve(path);
            paths.RequireInside(path, key + info.Name);
            isFolder = Directory.Exists(path);
        }

        // A folder sorts as its keys do: by its name with the slash behind it.
        return new Item(isFolder ? $"{key}{info.Name}/" : key + info.Name, path, isFolder);
    }

    /// <summary>Removes what a killed process left; a living one does not write at one object for so long.</summary>
    private bool RemoveAbandoned(FileSystemInfo info)
    {
        if (!tidies || clock.GetUtcNow() - info.LastWriteTimeUtc < LocalFolders.UnfinishedFor)
        {
            return false;
        }

        try
        {
            info.Delete();
            return true;
        }
        catch (Exception e) when (FileFailures.Covers(e))
        {
            // It is invisible and harmless; whoever may delete it will.
            return false;
        }
    }

    private sealed record Level(string Folder, Queue<Item> Items);

    private readonly record struct Item(string Key, string Path, bool IsFolder);
}
