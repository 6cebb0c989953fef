using System.Globalization;
using System.Text.RegularExpressions;

namespace PersonalizeConnectors.Core.Configuration;

/// <summary>Writes the paths of problems: <c>$.connectors.braze</c>, <c>$.connectors['my name']</c>, <c>$.a[0]</c>.</summary>
public static partial class JsonPath
{
    public const string Root = "$";

    public static string Child(string path, string name) => Plain().IsMatch(name)
        ? $"{path}.{name}"
        : $"{path}['{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}']";

    public static string Item(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");

    [GeneratedRegex(@"^[A-Za-z_$][A-Za-z0-9_$-]*\z")]
    private static partial Regex Plain();
}
