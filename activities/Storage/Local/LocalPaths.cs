using System.Text;

namespace PersonalizeConnectors.Activities.Storage.Local;

/// <summary>Where a key lies below the root, and that it lies nowhere else.</summary>
internal sealed class LocalPaths(string root)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Absolute, links followed.</summary>
    public string Root { get; } = RealPath.Resolve(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)));

    /// <summary>
    /// Names that begin with a dot are none of a key: they are this program's own (unfinished objects, locks) and other programs' private files.
    /// </summary>
    public static bool IsHidden(string name) => name.StartsWith('.');

    /// <summary>The file of a key, with all links followed.</summary>
    public string Locate(string key)
    {
        Check(key, key);
        return Follow(key, key);
    }

    /// <summary>The key's own entry in its folder: where that is a link, the link and not what it leads to.</summary>
    public string LocateEntry(string key)
    {
        Check(key, key);
        var (folder, name) = Split(key);
        return Path.Join(Follow(folder, key), name);
    }

    /// <summary>The folder in which a listing of the prefix begins, its key with the trailing slash, and how the names in it begin.</summary>
    public (string Folder, string Key, string NamePrefix) LocatePrefix(string prefix)
    {
        var (folder, name) = Split(prefix);
        if (prefix.StartsWith('/') || name.Contains('\0', StringComparison.Ordinal))
        {
            throw Refuse(prefix, "it is none of a key's beginnings");
        }

        if (folder.Length > 0)
        {
            Check(folder, prefix);
        }

        if (name == "..")
        {
            throw Refuse(prefix, "\"..\" stands in it");
        }

        return (Follow(folder, prefix), prefix[..^name.Length], name);
    }

    /// <summary>Refuses a place outside the root.</summary>
    /// <param name="key">As asked for.</param>
    public void RequireInside(string path, string key)
    {
        if (!RealPath.IsWithin(path, Root))
        {
            throw new StorageException(
                $"{Root}/{key} leads out of its root through a link, to {path}. Put the file itself there, or move the root.", transient: false);
        }
    }

    private string Follow(string key, string asked)
    {
        var path = RealPath.Resolve(Root, key);
        RequireInside(path, asked);
        return path;
    }

    private static (string Folder, string Name) Split(string key)
    {
        var slash = key.LastIndexOf('/');
        return slash < 0 ? ("", key) : (key[..slash], key[(slash + 1)..]);
    }

    private void Check(string key, string asked)
    {
        foreach (var name in key.Split('/'))
        {
            if (name.Length == 0)
            {
                throw Refuse(asked, "it has an empty name: a leading, trailing or double slash");
            }

            if (IsHidden(name))
            {
                throw Refuse(asked, $"\"{name}\" begins with a dot, and such names are not part of a root");
            }

            if (name.Contains('\0', StringComparison.Ordinal) || (OperatingSystem.IsWindows() && name.AsSpan().ContainsAny('\\', ':')))
            {
                throw Refuse(asked, "it has a character that file names cannot have");
            }
        }

        try
        {
            Strict.GetByteCount(key);
        }
        catch (EncoderFallbackException)
        {
            throw Refuse(asked, "half of a surrogate pair stands in it");
        }
    }

    private StorageException Refuse(string key, string why) =>
        new($"\"{key}\" is no key below {Root}: {why}. Correct the path.", transient: false);
}
