using System.Text;

namespace PersonalizeConnectors.Core.Configuration;

/// <summary>One value of a configuration file, with where it stands.</summary>
internal sealed class ConfigNode(NodeKind kind, string raw, string text, long line)
{
    /// <summary>How much of a value a message shows.</summary>
    private const int ShownLength = 60;

    public NodeKind Kind { get; } = kind;

    /// <summary>A scalar exactly as written, quotes included; empty for objects and arrays.</summary>
    public string Raw { get; } = raw;

    /// <summary>A string's characters; empty for everything else.</summary>
    public string Text { get; } = text;

    /// <summary>From 1.</summary>
    public long Line { get; } = line;

    /// <summary>Of an object, in the order of the file, duplicates included.</summary>
    public List<ConfigProperty> Properties { get; } = [];

    /// <summary>Of an array.</summary>
    public List<ConfigNode> Items { get; } = [];

    /// <summary>Refused already by a check that saw it first; nobody complains about it again.</summary>
    public bool IsRefused { get; set; }

    /// <summary>The value as JSON without comments, spaces and trailing commas; numbers and strings as written.</summary>
    public string ToJson()
    {
        var json = new StringBuilder();
        Append(json);
        return json.ToString();
    }

    /// <summary>The value for a message: its JSON, cut.</summary>
    public string Show()
    {
        var json = ToJson();
        if (json.Length <= ShownLength)
        {
            return json;
        }

        var length = char.IsHighSurrogate(json[ShownLength - 1]) ? ShownLength - 1 : ShownLength;
        return string.Concat(json.AsSpan(0, length), "…");
    }

    private void Append(StringBuilder json)
    {
        switch (Kind)
        {
            case NodeKind.Object:
                AppendList(json, '{', '}', Properties, static (to, property) =>
                {
                    to.Append(property.RawName).Append(':');
                    property.Value.Append(to);
                });
                break;
            case NodeKind.Array:
                AppendList(json, '[', ']', Items, static (to, item) => item.Append(to));
                break;
            default:
                json.Append(Raw);
                break;
        }
    }

    private static void AppendList<T>(StringBuilder json, char open, char close, List<T> list, Action<StringBuilder, T> append)
    {
        json.Append(open);
        for (var i = 0; i < list.Count; i++)
        {
            if (i > 0)
            {
                json.Append(',');
            }

            append(json, list[i]);
        }

        json.Append(close);
    }
}

/// <param name="Name">Without escapes.</param>
/// <param name="RawName">As written, quotes included.</param>
/// <param name="Line">From 1.</param>
internal sealed record ConfigProperty(string Name, string RawName, long Line, ConfigNode Value);

internal enum NodeKind
{
    Object,
    Array,
    String,
    Number,
    Boolean,
    Null,
}
