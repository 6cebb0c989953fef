using System.Text;
using System.Text.Json;

namespace PersonalizeConnectors.Activities.Deliver.Braze;

/// <summary>Finds what Braze would refuse or drop without a word. A null answer is a good one; any other is the reason.</summary>
internal static class BrazeChecks
{
    // Metadata may nest as deep as it likes; Braze names no limit.
    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 1024 };

    public static string? OfExternalId(ReadOnlySpan<byte> id) =>
        id.Length > BrazeLimits.ExternalIdBytes ? $"The user id is longer than the {BrazeLimits.ExternalIdBytes} bytes that Braze takes." : OfAliasName(id);

    // Braze trims ids, so that such a user would be another one.
    public static string? OfAliasName(ReadOnlySpan<byte> id)
    {
        if (id.IsEmpty)
        {
            return "The user id is empty.";
        }

        Rune.DecodeFromUtf8(id, out var first, out _);
        Rune.DecodeLastFromUtf8(id, out var last, out _);
        return Rune.IsWhiteSpace(first) || Rune.IsWhiteSpace(last) ? "The user id begins or ends with white space, which Braze cuts off." : null;
    }

    public static string? OfName(string name)
    {
        if (BrazeLimits.ReservedNames.Contains(name))
        {
            return $"The attribute name \"{name}\" is reserved by Braze. Set another attributePrefix.";
        }

        return Length(name) > BrazeLimits.NameCharacters || Encoding.UTF8.GetByteCount(name) > BrazeLimits.NameBytes
            ? $"An attribute name is longer than the {BrazeLimits.NameCharacters} characters that Braze takes."
            : null;
    }

    /// <summary>An attribute's whole value: a plain one, a list, or an object.</summary>
    /// <param name="name">The attribute, for the reason.</param>
    public static string? OfAttribute(string name, ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Deep);
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.String => OfString(name, ref reader),
            JsonTokenType.StartArray or JsonTokenType.StartObject => OfNested(name, json),
            _ => null,
        };
    }

    /// <summary>A value inside a list or an object, or such a list or object itself.</summary>
    /// <param name="name">The attribute or field that holds it, for the reason.</param>
    public static string? OfNested(string name, ReadOnlySpan<byte> json)
    {
        if (json.Length > BrazeLimits.ValueBytes)
        {
            return OfSize(name);
        }

        var reader = new Utf8JsonReader(json, Deep);
        var elements = 0;
        var isPlainList = false;
        while (reader.Read())
        {
            if (reader.CurrentDepth == 1)
            {
                // A list of objects has no limit but its size.
                elements++;
                isPlainList |= json[0] == (byte)'[' && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.EndObject);
            }

            var reason = reader.TokenType switch
            {
                JsonTokenType.Null => $"\"{name}\" has a null inside, which makes Braze drop all of it.",
                JsonTokenType.PropertyName => OfKey(name, ref reader),
                JsonTokenType.String => OfString(name, ref reader),
                _ => null,
            };
            if (reason is not null)
            {
                return reason;
            }
        }

        return isPlainList && elements > BrazeLimits.ListElements ? OfCount(name) : null;
    }

    /// <summary>A string as JSON text with its quotes.</summary>
    /// <param name="name">The attribute or field that holds it, for the reason.</param>
    public static string? OfText(string name, ReadOnlySpan<byte> json)
    {
        // A character takes a byte at least, so that most need no counting.
        if (json.Length - 2 <= BrazeLimits.StringCharacters)
        {
            return null;
        }

        var reader = new Utf8JsonReader(json, Deep);
        reader.Read();
        return OfString(name, ref reader);
    }

    public static string OfSize(string name) => $"\"{name}\" is larger than the 100 KB that Braze keeps of a list or an object.";

    public static string OfCount(string name) => $"\"{name}\" has more than the {BrazeLimits.ListElements} elements that Braze keeps of a list.";

    private static string? OfString(string name, ref Utf8JsonReader reader) =>
        reader.ValueSpan.Length > BrazeLimits.StringCharacters && Length(reader.GetString()!) > BrazeLimits.StringCharacters
            ? $"\"{name}\" has a text longer than the {BrazeLimits.StringCharacters} characters that Braze takes."
            : null;

    private static string? OfKey(string name, ref Utf8JsonReader reader)
    {
        var key = reader.GetString()!;
        return Length(key) > BrazeLimits.NameCharacters || key.AsSpan().IndexOfAny('.', '$', ' ') >= 0
            ? $"\"{name}\" has a key inside with a space, \".\" or \"$\" or more than {BrazeLimits.NameCharacters} characters, which Braze does not take."
            : null;
    }

    // Characters, not UTF-16 units: an emoji is one.
    private static int Length(string text)
    {
        var length = text.Length;
        foreach (var c in text)
        {
            length -= char.IsHighSurrogate(c) ? 1 : 0;
        }

        return length;
    }
}
