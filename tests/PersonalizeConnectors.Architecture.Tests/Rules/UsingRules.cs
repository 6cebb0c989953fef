using System.Text.RegularExpressions;

namespace PersonalizeConnectors.Architecture.Tests.Rules;

/// <summary>Which folder may use which, where the compiler does not see a border.</summary>
internal static partial class UsingRules
{
    private static readonly string[] Steps =
        ["Recover", "Plan", "Load", "SplitErrors", "Table", "Join", "Decorate", "Delta", "Write", "Deliver", "CommitState", "Report", "Validate", "Watch"];

    private static readonly string[] CoreSiblings = ["Staging", "Updates", "State", "Configuration"];

    /// <summary>The work of a step does not know Temporal: its adapter, the translator of failures and the registration do.</summary>
    public static IEnumerable<string> Temporal(SourceFile file)
    {
        var mayUse = !file.IsIn("activities") || file.IsIn("activities/Failures")
            || file.Name.EndsWith("Activities.cs", StringComparison.Ordinal) || file.Name.EndsWith("ServiceCollectionExtensions.cs", StringComparison.Ordinal);
        return mayUse ? [] : Mentions(file, TemporalNames(), "Temporal is for *Activities.cs, Failures/ and the registration");
    }

    /// <summary>Steps meet in the workflow and in staging formats, destinations in the interface of Deliver.</summary>
    public static IEnumerable<string> BetweenSteps(SourceFile file)
    {
        var parts = file.Path.Split('/');
        if (parts is not ["activities", var step, ..] || !Steps.Contains(step))
        {
            return [];
        }

        var others = Steps.Where(s => s != step).Select(s => $"PersonalizeConnectors.Activities.{s}");
        var found = others.SelectMany(other => Mentions(file, Name(other), "a step does not use another"));
        return parts is ["activities", "Deliver", var destination, _, ..]
            ? found.Concat(Mentions(file, OtherDestination(destination), "a destination does not use another"))
            : found;
    }

    /// <summary>The hot path stands alone.</summary>
    public static IEnumerable<string> Records(SourceFile file) =>
        file.IsIn("core/Records")
            ? CoreSiblings.SelectMany(s => Mentions(file, Name($"PersonalizeConnectors.Core.{s}"), "core/Records uses no sibling folder"))
            : [];

    private static IEnumerable<string> Mentions(SourceFile file, Regex name, string rule) =>
        file.Code.Where(line => name.IsMatch(line.Text)).Select(line => $"{file.Path}({line.Number}): {rule}: {line.Text.Trim()}");

    private static Regex Name(string name) => new($@"\b{Regex.Escape(name)}\b", RegexOptions.CultureInvariant);

    private static Regex OtherDestination(string own) => new($@"^\s*using .*\bPersonalizeConnectors\.Activities\.Deliver\.(?!{own}\b)", RegexOptions.CultureInvariant);

    [GeneratedRegex(@"\bTemporalio\b")]
    private static partial Regex TemporalNames();
}
