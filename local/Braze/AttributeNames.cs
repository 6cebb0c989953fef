using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;

namespace PersonalizeConnectors.Local.Braze;

/// <summary>One string per attribute name, however many profiles have it; and, where asked for, the type of its first value.</summary>
internal sealed class AttributeNames
{
    private readonly ConcurrentDictionary<string, string> _names = new();
    private readonly ConcurrentDictionary<string, JsonValueKind> _types = new();
    private readonly ConcurrentDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _byText;

    public AttributeNames() => _byText = _names.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The trimmed name.</summary>
    /// <param name="raw">As it stands between the quotes.</param>
    public string Of(ReadOnlySpan<byte> raw, JsonProperty property)
    {
        if (raw.Length > 256 || raw.Contains((byte)'\\'))
        {
            return property.Name.Trim();
        }

        Span<char> chars = stackalloc char[256];
        ReadOnlySpan<char> text = chars[..Encoding.UTF8.GetChars(raw, chars)];
        text = text.Trim();
        if (_byText.TryGetValue(text, out var known))
        {
            return known;
        }

        var name = text.ToString();
        return _names.GetOrAdd(name, name);
    }

    /// <summary>False: the attribute's first value had another type.</summary>
    public bool HasType(string name, JsonValueKind kind)
    {
        kind = kind == JsonValueKind.False ? JsonValueKind.True : kind;
        return _types.GetOrAdd(name, kind) == kind;
    }

    public void Clear() => _types.Clear();
}
