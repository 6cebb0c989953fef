using System.Xml.Linq;

namespace PersonalizeConnectors.Architecture.Tests.Rules;

/// <summary>Which project may use which project and package; a folder at the root is a dependency rule.</summary>
internal static class ProjectRules
{
    private static readonly Dictionary<string, Allowed> Table = new(StringComparer.Ordinal)
    {
        ["workflows"] = new([], Only: ["Temporalio"]),
        ["core"] = new([], Only: ["CsvHelper", "System.IO.Hashing"]),
        ["activities"] = new(["core", "workflows"], Never: ["Microsoft.Extensions.Hosting", "Temporalio.Extensions.Hosting", "Spectre.Console", "System.CommandLine", "Grpc.AspNetCore"]),
        ["local"] = new([], Never: ["Temporalio.Extensions.Hosting", "Spectre.Console", "System.CommandLine", "AWSSDK"]),
        ["worker"] = new(["workflows", "activities"], Never: ["Spectre.Console", "System.CommandLine", "AWSSDK", "CsvHelper"]),
        ["starter"] = new(["workflows", "core", "activities", "worker", "local"], Never: ["AWSSDK", "CsvHelper"]),
    };

    public static IEnumerable<string> References(SourceFile project)
    {
        var folder = project.Path.Split('/')[0];
        var isTest = folder == "tests";
        if (!isTest && !Table.ContainsKey(folder))
        {
            yield return $"{project.Path}: a project the table of references does not know";
            yield break;
        }

        var references = Items(project, "ProjectReference").Select(Target).ToList();
        foreach (var reference in references.Where(r => isTest ? r == "tests" : !Table[folder].Projects.Contains(r)))
        {
            yield return $"{project.Path}: may not use {reference}";
        }

        foreach (var package in Items(project, "PackageReference").Where(p => !isTest && !Table[folder].Takes(p)))
        {
            yield return $"{project.Path}: may not use package {package}";
        }
    }

    /// <summary>Versions stand in Directory.Packages.props alone.</summary>
    public static IEnumerable<string> Versions(SourceFile project) =>
        XDocument.Parse(project.Text).Descendants()
            .Where(e => e.Name.LocalName == "PackageReference")
            .Where(e => e.Attributes().Any(a => a.Name.LocalName is "Version" or "VersionOverride") || e.Elements().Any(c => c.Name.LocalName is "Version" or "VersionOverride"))
            .Select(e => $"{project.Path}: a version of its own for {(string?)e.Attribute("Include")}");

    private static IEnumerable<string> Items(SourceFile project, string kind) =>
        XDocument.Parse(project.Text).Descendants().Where(e => e.Name.LocalName == kind).Select(e => (string?)e.Attribute("Include") ?? "");

    private static string Target(string include) =>
        include.Replace('\\', '/').Split('/') is var parts && parts.Contains("tests") || parts is [.., _, _] && parts[^2].StartsWith("PersonalizeConnectors.", StringComparison.Ordinal)
            ? "tests"
            : parts[^2];

    private sealed record Allowed(string[] Projects, string[]? Only = null, string[]? Never = null)
    {
        public bool Takes(string package) =>
            (Only is null || Only.Contains(package)) && Never?.Any(n => package == n || package.StartsWith(n + ".", StringComparison.Ordinal)) is not true;
    }
}
