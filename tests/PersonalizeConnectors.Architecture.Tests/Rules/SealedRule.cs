using System.Text.RegularExpressions;

namespace PersonalizeConnectors.Architecture.Tests.Rules;

/// <summary>A class nobody derives from says so.</summary>
internal static partial class SealedRule
{
    /// <summary>Meant as bases: what is caught by kind.</summary>
    private static readonly string[] Bases = ["ConnectorException", "StorageException"];

    public static IEnumerable<string> Open(IEnumerable<SourceFile> files) =>
        files.Where(file => !file.IsAboutRules && !IsBenchmark(file))
            .SelectMany(file => file.Code.Select(line => Declaration().Match(line.Text)).Where(m => m.Success).Select(m => (file, m)))
            // The parts of a partial class share their modifiers; one of them is enough.
            .GroupBy(found => (found.file.Folder, Name: found.m.Groups["name"].Value))
            .Where(parts => !Bases.Contains(parts.Key.Name) && !parts.Any(part => Closed().IsMatch(part.m.Groups["modifiers"].Value)))
            .Select(parts => $"{parts.First().file.Path}: {parts.Key.Name} is neither sealed nor abstract nor static");

    // BenchmarkDotNet derives from the classes it measures.
    private static bool IsBenchmark(SourceFile file) =>
        file.Path.StartsWith("tests/PersonalizeConnectors.Benchmarks/", StringComparison.Ordinal)
        && file.Path.EndsWith("Benchmarks.cs", StringComparison.Ordinal);

    [GeneratedRegex(@"^\s*(?<modifiers>((public|internal|private|protected|file|new|unsafe|partial|static|sealed|abstract)\s+)*)(class|record(?!\s+struct)(\s+class)?)\s+(?<name>\w+)\s*([<(:{;]|where\b|$)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\b(sealed|abstract|static)\b")]
    private static partial Regex Closed();
}
