using System.Text.RegularExpressions;

namespace PersonalizeConnectors.Core.Configuration;

/// <summary>Finds text that a person was meant to replace.</summary>
internal static partial class Placeholders
{
    /// <summary>
    /// Refuses every string below the node that still holds a placeholder. A value in <c>otherAttributes</c> may be anything a marketer
    /// writes, so there only closed brackets around capitals count.
    /// </summary>
    public static void Refuse(ConfigNode node, string path, ProblemList problems, bool free = false)
    {
        if (node.Kind == NodeKind.String && (free ? Capitals() : Any()).Match(node.Text) is { Success: true } match)
        {
            node.IsRefused = true;
            problems.Add(path, node.Line, $"the placeholder {match.Value} in {node.Show()}", "your own text in its place");
        }

        foreach (var property in node.Properties)
        {
            Refuse(property.Value, JsonPath.Child(path, property.Name), problems, free || property.Name == ConnectorReader.OtherAttributes);
        }

        for (var i = 0; i < node.Items.Count; i++)
        {
            Refuse(node.Items[i], JsonPath.Item(path, i), problems, free);
        }
    }

    /// <summary>The closing bracket is optional: the sample's own file lacks some. Nor does it replace the date in its path.</summary>
    [GeneratedRegex(@"\[[A-Za-z][A-Za-z0-9_. -]*\]?|YYYY[-_]MM[-_]DD[-_A-Z]*")]
    private static partial Regex Any();

    [GeneratedRegex(@"\[[A-Z][A-Z0-9_-]+\]")]
    private static partial Regex Capitals();
}
