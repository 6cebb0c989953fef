namespace PersonalizeConnectors.Integration.Tests.Harness;

/// <summary>samples/ in a temporary folder of the test's own, since runs write into their root.</summary>
internal sealed class CopiedSamples : IDisposable
{
    private readonly DirectoryInfo _folder;

    public CopiedSamples()
        : this(Directory.CreateTempSubdirectory("pc-samples-"))
    {
    }

    /// <param name="folder">Removed at the end, with all that is in it.</param>
    public CopiedSamples(DirectoryInfo folder)
    {
        _folder = folder;
        var source = System.IO.Path.Combine(Repository.Root, "samples");
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var target = System.IO.Path.Combine(Path, System.IO.Path.GetRelativePath(source, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    public string Path => _folder.FullName;

    public string RelatedItems => System.IO.Path.Combine(Path, "etl_jobs", "related_items", "because_you_bought");

    public void Dispose() => _folder.Delete(recursive: true);
}
