namespace PersonalizeConnectors.Architecture.Tests;

/// <summary>The repository's own text.</summary>
internal static class SourceTree
{
    private static readonly string[] Skipped = ["artifacts", "bin", "obj", ".git", ".vs", "node_modules"];

    /// <summary>The folder of the solution file, found upwards from the test assembly.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every C# file, by path.</summary>
    public static IReadOnlyList<SourceFile> CSharp { get; } = Read("*.cs");

    public static IReadOnlyList<SourceFile> Projects { get; } = Read("*.csproj");

    private static List<SourceFile> Read(string pattern) =>
        [.. Files(Root, pattern)
            .Select(path => new SourceFile(Path.GetRelativePath(Root, path).Replace('\\', '/'), File.ReadAllText(path)))
            .OrderBy(file => file.Path, StringComparer.Ordinal)];

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern).Concat(
            Directory.EnumerateDirectories(folder).Where(d => !Skipped.Contains(Path.GetFileName(d))).SelectMany(d => Files(d, pattern)));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PersonalizeConnectors.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"No PersonalizeConnectors.sln above {AppContext.BaseDirectory}.");
        }

        return folder.FullName;
    }
}

/// <param name="Path">Below the root, with slashes.</param>
internal sealed record SourceFile(string Path, string Text)
{
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    public string Folder => Path.Contains('/', StringComparison.Ordinal) ? Path[..Path.LastIndexOf('/')] : "";

    public bool IsTest => Path.StartsWith("tests/", StringComparison.Ordinal);

    /// <summary>These files hold samples of what is forbidden, to show that each rule can fail.</summary>
    public bool IsAboutRules => Path.StartsWith("tests/PersonalizeConnectors.Architecture.Tests/", StringComparison.Ordinal);

    /// <summary>Number and text of each line that is no comment.</summary>
    public IEnumerable<(int Number, string Text)> Code => Lines.Where(line => !line.Text.TrimStart().StartsWith("//", StringComparison.Ordinal));

    public IEnumerable<(int Number, string Text)> Lines => Text.Split('\n').Select((text, i) => (i + 1, text.TrimEnd('\r')));

    public int LineCount => Text.Split('\n').Length - (Text.EndsWith('\n') ? 1 : 0);

    public bool IsIn(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);
}
