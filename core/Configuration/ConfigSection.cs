using System.Globalization;

namespace PersonalizeConnectors.Core.Configuration;

/// <summary>
/// Reads the keys of one object, each once. What is wrong becomes a problem and the default; at the end every key that nobody asked
/// for is refused, so the keys a section knows are exactly the keys that are read.
/// </summary>
internal sealed class ConfigSection(ConfigNode node, string path, ProblemList problems)
{
    private readonly SortedSet<string> _known = new(StringComparer.Ordinal);

    public string Path { get; } = path;

    public long Line => node.Line;

    public bool Has(string name) => node.Properties.Exists(p => p.Name == name);

    public string PathOf(string name) => JsonPath.Child(Path, name);

    /// <summary>The value of the key, or null where it is absent or refused already.</summary>
    public ConfigNode? Find(string name)
    {
        _known.Add(name);
        var value = node.Properties.Find(p => p.Name == name)?.Value;
        return value is { IsRefused: false } ? value : null;
    }

    public bool Boolean(string name, bool otherwise)
    {
        var value = Find(name);
        if (value is null)
        {
            return otherwise;
        }

        return value.Kind == NodeKind.Boolean ? value.Raw == "true" : Refuse(name, value, "true or false", otherwise);
    }

    public long Integer(string name, long otherwise, long min, long max) =>
        ReadInteger(name, otherwise, min, max, nullable: false) ?? otherwise;

    public long? NullableInteger(string name, long? otherwise, long min, long max) => ReadInteger(name, otherwise, min, max, nullable: true);

    /// <param name="exclusiveMin">The minimum itself is out of range.</param>
    public double Number(string name, double otherwise, double min, double max, bool exclusiveMin) =>
        ReadNumber(name, otherwise, min, max, exclusiveMin, nullable: false) ?? otherwise;

    public double? NullableNumber(string name, double? otherwise, double min, double max) =>
        ReadNumber(name, otherwise, min, max, exclusiveMin: false, nullable: true);

    /// <summary>A string that is not empty.</summary>
    public string? Text(string name, string expected, bool nullable)
    {
        var value = Find(name);
        if (value is null || (nullable && value.Kind == NodeKind.Null))
        {
            return null;
        }

        return value.Kind == NodeKind.String && !string.IsNullOrWhiteSpace(value.Text)
            ? value.Text
            : Refuse<string?>(name, value, OrNull(expected, nullable), null);
    }

    public T Choice<T>(string name, T otherwise, params (string Text, T Value)[] choices)
    {
        var value = Find(name);
        if (value is null)
        {
            return otherwise;
        }

        foreach (var (text, choice) in choices)
        {
            if (value.Kind == NodeKind.String && value.Text == text)
            {
                return choice;
            }
        }

        var nearest = value.Kind == NodeKind.String ? NearestName.Find(value.Text, choices.Select(c => c.Text)) : null;
        problems.Add(PathOf(name), value.Line, value.Show(), string.Join(" or ", choices.Select(c => $"\"{c.Text}\"")), nearest);
        return otherwise;
    }

    /// <summary>The object under the key as a section of its own; null where there is none.</summary>
    public ConfigSection? Section(string name)
    {
        var value = Find(name);
        if (value is null)
        {
            return null;
        }

        return value.Kind == NodeKind.Object
            ? new(value, PathOf(name), problems)
            : Refuse<ConfigSection?>(name, value, "an object", null);
    }

    /// <summary>Refuses every key that was not read.</summary>
    public void RefuseUnknown()
    {
        foreach (var property in node.Properties.Where(p => !_known.Contains(p.Name)))
        {
            problems.Add(
                PathOf(property.Name),
                property.Line,
                $"the unknown key {property.RawName}",
                "one of the keys " + string.Join(", ", _known),
                NearestName.Find(property.Name, _known));
        }
    }

    public T Refuse<T>(string name, ConfigNode value, string expected, T otherwise)
    {
        problems.Add(PathOf(name), value.Line, value.Show(), expected);
        return otherwise;
    }

    private long? ReadInteger(string name, long? otherwise, long min, long max, bool nullable)
    {
        var value = Find(name);
        if (value is null)
        {
            return otherwise;
        }

        if (nullable && value.Kind == NodeKind.Null)
        {
            return null;
        }

        return value.Kind == NodeKind.Number
            && long.TryParse(value.Raw, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= min && number <= max
            ? number
            : Refuse(name, value, OrNull(string.Create(CultureInfo.InvariantCulture, $"a whole number from {min} to {max}"), nullable), otherwise);
    }

    private double? ReadNumber(string name, double? otherwise, double min, double max, bool exclusiveMin, bool nullable)
    {
        var value = Find(name);
        if (value is null)
        {
            return otherwise;
        }

        if (nullable && value.Kind == NodeKind.Null)
        {
            return null;
        }

        if (value.Kind == NodeKind.Number
            && double.TryParse(value.Raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number) && number <= max && (exclusiveMin ? number > min : number >= min))
        {
            return number;
        }

        var range = (min, max) is (double.MinValue, double.MaxValue)
            ? "a number"
            : string.Create(CultureInfo.InvariantCulture, $"a number {(exclusiveMin ? "above" : "from")} {min} {(exclusiveMin ? "and up to" : "to")} {max}");
        return Refuse(name, value, OrNull(range, nullable), otherwise);
    }

    private static string OrNull(string expected, bool nullable) => nullable ? expected + ", or null" : expected;
}
