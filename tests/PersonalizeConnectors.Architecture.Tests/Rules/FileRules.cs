using System.Text.RegularExpressions;

namespace PersonalizeConnectors.Architecture.Tests.Rules;

/// <summary>How a file looks, whatever it does.</summary>
internal static partial class FileRules
{
    /// <summary>Ceilings, not sizes to fill.</summary>
    public static IEnumerable<string> Length(SourceFile file)
    {
        var most = file switch
        {
            { IsTest: true } => 500,
            { Name: "Program.cs" } => 30,
            { Name: var name } when name.EndsWith("Activities.cs", StringComparison.Ordinal) => 100,
            { Name: var name } when name.EndsWith(".workflow.cs", StringComparison.Ordinal) => 200,
            _ => 400,
        };
        return file.LineCount > most ? [$"{file.Path}: {file.LineCount} lines, at most {most}"] : [];
    }

    /// <summary>The file name is what turns off the analyzers that are wrong in a workflow.</summary>
    public static IEnumerable<string> WorkflowName(SourceFile file) =>
        file is { IsTest: false } && !file.Name.EndsWith(".workflow.cs", StringComparison.Ordinal) ? Found(file, Workflow(), "a workflow's file ends in .workflow.cs") : [];

    public static IEnumerable<string> Regions(SourceFile file) => file.IsAboutRules ? [] : Found(file, Region(), "a region is a file that was not split");

    public static IEnumerable<string> Notes(SourceFile file) =>
        file.IsAboutRules
            ? []
            : file.Lines.Where(line => Note().IsMatch(line.Text)).Select(line => $"{file.Path}({line.Number}): done, or an issue, but not a note: {line.Text.Trim()}");

    public static IEnumerable<string> Sleeps(SourceFile file) =>
        file is { IsTest: true, IsAboutRules: false } ? Found(file, Sleep(), "a test waits for what it expects, not for time") : [];

    /// <summary>Namespaces mirror folders, so that a name says where its file is.</summary>
    public static IEnumerable<string> Namespace(SourceFile file)
    {
        var actual = file.Code.Select(line => NamespaceLine().Match(line.Text)).FirstOrDefault(m => m.Success)?.Groups[1].Value;
        return actual is null || actual == Expected(file.Folder) ? [] : [$"{file.Path}: namespace {actual}, expected {Expected(file.Folder)}"];
    }

    private static string Expected(string folder)
    {
        var parts = folder.Split('/');
        return parts is ["tests", "Shared", ..]
            ? string.Join('.', ["PersonalizeConnectors.Tests", .. parts[1..]])
            : parts[0] == "tests"
                ? string.Join('.', parts[1..])
                : string.Join('.', [$"PersonalizeConnectors.{char.ToUpperInvariant(parts[0][0])}{parts[0][1..]}", .. parts[1..]]);
    }

    private static IEnumerable<string> Found(SourceFile file, Regex pattern, string rule) =>
        file.Code.Where(line => pattern.IsMatch(line.Text)).Select(line => $"{file.Path}({line.Number}): {rule}: {line.Text.Trim()}");

    [GeneratedRegex(@"^\s*\[Workflow(\(|\])")]
    private static partial Regex Workflow();

    [GeneratedRegex(@"^\s*#\s*region\b")]
    private static partial Regex Region();

    [GeneratedRegex(@"\b(TODO|FIXME)\b")]
    private static partial Regex Note();

    // A delay on a clock that the test turns itself is no sleep.
    [GeneratedRegex(@"\bThread\.Sleep\b|\bTask\.Delay\b(?!\(.*\b_?(clock|time)\b)")]
    private static partial Regex Sleep();

    [GeneratedRegex(@"^namespace ([\w.]+);")]
    private static partial Regex NamespaceLine();
}
