namespace PersonalizeConnectors.Activities.Tests.Storage;

/// <summary>A folder of the test's own, gone after it.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("storage-");

    public string Path => _folder.FullName;

    public string At(string relative) => System.IO.Path.Join(Path, relative);

    /// <summary>Writes a file beside the store.</summary>
    public string Write(string relative, string content)
    {
        var path = At(relative);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
