namespace PersonalizeConnectors.Local.Tests.Engine.Harness;

/// <summary>The committed transcripts.</summary>
internal static class Transcripts
{
    public static async Task WriteAsync(string file, string text)
    {
        foreach (var folder in new[] { SourceFolder(), OutputFolder })
        {
            var path = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, text);
        }
    }

    public static void Matches(string file, string actual)
    {
        var path = Path.Combine(OutputFolder, file);
        Assert.True(File.Exists(path), $"No transcript {file}: record it on a real server with RECORD_TRANSCRIPTS=1. Now:\n{actual}");
        var expected = File.ReadAllText(path).ReplaceLineEndings("\n");
        if (expected != actual)
        {
            var (was, now) = (expected.Split('\n'), actual.Split('\n'));
            var line = was.Zip(now).TakeWhile(pair => pair.First == pair.Second).Count();
            Assert.Fail($"{file}({line + 1})\nexpected: {was.ElementAtOrDefault(line)}\nactual:   {now.ElementAtOrDefault(line)}\n\nall of it:\n{actual}");
        }
    }

    private static string OutputFolder => Path.Combine(AppContext.BaseDirectory, "Engine", "Transcripts");

    private static string SourceFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PersonalizeConnectors.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"No PersonalizeConnectors.sln above {AppContext.BaseDirectory}.");
        }

        return Path.Combine(folder.FullName, "tests", "PersonalizeConnectors.Local.Tests", "Engine", "Transcripts");
    }
}
