using System.Globalization;

namespace PersonalizeConnectors.Integration.Tests.Reference;

/// <summary>Item metadata of every JSON type.</summary>
internal sealed class RandomMetadata(Random random, RandomText text)
{
    /// <summary>Field names; the last two have a character that a nested key must not have.</summary>
    public static IReadOnlyList<string> Fields { get; } =
        ["name", "price", "tags", "size", "in_stock", "Größe", "itemType", "note", "unit price", "v1.0"];

    public List<string> Lines(string[] items)
    {
        var lines = items.Select(Line).ToList();
        lines.InsertRange(0, items.Where(_ => random.Next(10) == 0).Select(Line));
        for (var odd = random.Next(3); odd > 0; odd--)
        {
            lines.Insert(random.Next(lines.Count + 1), new[] { "{\"name\":\"no id\"}", "{\"id\":\"\"}", "{\"id\":null}", "{", "7", "" }[random.Next(6)]);
        }

        return lines;
    }

    private string Line(string id)
    {
        var fields = Fields.SkipLast(random.Next(6) == 0 ? 0 : 2)
            .Where(_ => random.Next(6) > 0)
            .Select(field => $"{text.Json(field)}:{Value(field)}")
            .ToList();
        fields.Insert(random.Next(fields.Count + 1), $"\"id\":{text.Json(id)}");
        return random.Next(8) == 0 ? $"{{ {string.Join(", ", fields)} }}" : $"{{{string.Join(',', fields)}}}";
    }

    private string Value(string field) => random.Next(12) switch
    {
        0 => "null",
        1 => "\"\"",
        _ => field switch
        {
            "price" => new[] { "90.990", "5", "1.50", "1e3", "-0.0", "9007199254740993", "0.1E-5" }[random.Next(7)],
            "tags" => new[] { "[]", "[\"a\",\"b\"]", "[1, 2]", "[[\"deep\"],{\"x\":1}]" }[random.Next(4)],
            "size" => random.Next(20) == 0 ? "{\"w\":null}" : new[] { "{}", "{\"w\":1.0,\"h\":[1,2]}", "{ \"w\" : {\"mm\":10} }" }[random.Next(3)],
            "in_stock" => random.Next(2) == 0 ? "true" : "false",
            "note" => text.Json(new[] { "a \"quoted\" note", "tab\there", "café \U0001F600", "line\nbreak" }[random.Next(4)]),
            _ => text.Json($"{field} {random.Next(8).ToString(CultureInfo.InvariantCulture)}"),
        },
    };
}
