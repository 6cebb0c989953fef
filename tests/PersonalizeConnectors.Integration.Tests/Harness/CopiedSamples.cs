namespace PersonalizeConnectors.Integration.Tests.Harness;

/// <summary>samples/ in a temporary folder of the test's own, since runs write into their root.</summary>
internal sealed class CopiedSamples : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pc-samples-");

    public CopiedSamples()
    {
        var source = System.IO.Path.Combine(Repository.Root, "samples");
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var target = System.IO.Path.Combine(Path, System.IO.Path.GetRelativePath(source, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    public string Path => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);
}
