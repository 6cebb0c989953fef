namespace PersonalizeConnectors.Starter.Completion;

/// <summary>Job folders for a shell's completion: those of roots at hand, then the folders that lead to others.</summary>
internal static class JobFolders
{
    private const string Jobs = "etl_jobs";
    private const string Config = "config.json";

    private static readonly EnumerationOptions Visible = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System };

    /// <param name="typed">What stands before the cursor: nothing, a part of a path, or a path.</param>
    public static IEnumerable<string> Complete(string typed, string currentFolder)
    {
        var slash = typed.LastIndexOf('/');
        var written = typed[..(slash + 1)];
        var folder = Path.GetFullPath(Path.Combine(currentFolder, written));
        if (!Directory.Exists(folder))
        {
            return [];
        }

        return BelowRoots(folder).Concat(Below(folder))
            .Select(f => written + Path.GetRelativePath(folder, f).Replace('\\', '/') + (IsJob(f) ? "" : "/"))
            .Where(f => f.StartsWith(typed, StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
    }

    // The root may be the folder itself, one right below it, or above it: its jobs are offered whole.
    private static IEnumerable<string> BelowRoots(string folder) =>
        Below(folder).Prepend(folder).Select(root => Path.Combine(root, Jobs)).Where(Directory.Exists).SelectMany(Below).SelectMany(Below)
            .Concat(Path.GetFileName(folder.TrimEnd('/')) == Jobs ? Below(folder).SelectMany(Below) : [])
            .Where(IsJob);

    private static bool IsJob(string folder) => File.Exists(Path.Combine(folder, Config));

    private static string[] Below(string folder) => Directory.GetDirectories(folder, "*", Visible);
}
