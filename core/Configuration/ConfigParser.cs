using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace PersonalizeConnectors.Core.Configuration;

/// <summary>Reads a whole configuration file into nodes that know their lines. Comments and trailing commas are allowed.</summary>
internal static class ConfigParser
{
    private const byte LineFeed = (byte)'\n';

    private static readonly JsonReaderOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>The root node, or null with the one problem that stopped the reading.</summary>
    public static ConfigNode? Parse(ReadOnlySpan<byte> utf8, string fileName, out Problem? problem)
    {
        if (FindUnreadable(utf8, fileName) is { } unreadable)
        {
            problem = unreadable;
            return null;
        }

        var bytes = utf8.StartsWith(Encoding.UTF8.Preamble) ? utf8[Encoding.UTF8.Preamble.Length..] : utf8;
        var lines = new LineCounter(bytes);
        try
        {
            var reader = new Utf8JsonReader(bytes, Options);
            if (!reader.Read())
            {
                problem = Refuse(fileName, null, "no value at all", "one JSON object");
                return null;
            }

            var root = ReadValue(ref reader, ref lines);
            reader.Read(); // Finds what stands behind the value.
            problem = null;
            return root;
        }
        catch (JsonException e)
        {
            problem = Describe(e, bytes, fileName);
            return null;
        }
        catch (InvalidOperationException)
        {
            problem = Refuse(fileName, lines.Line, "a \\u escape that is half of a surrogate pair", "both halves, or the character itself");
            return null;
        }
    }

    private static Problem? FindUnreadable(ReadOnlySpan<byte> utf8, string fileName)
    {
        if (utf8.StartsWith<byte>([0xFF, 0xFE]) || utf8.StartsWith<byte>([0xFE, 0xFF]))
        {
            return Refuse(fileName, 1, "a file in UTF-16", "a file in UTF-8");
        }

        var content = utf8.StartsWith(Encoding.UTF8.Preamble) ? utf8[Encoding.UTF8.Preamble.Length..] : utf8;
        if (content.Trim(" \t\r\n"u8).IsEmpty)
        {
            return Refuse(fileName, null, "an empty file", "one JSON object");
        }

        if (Utf8.IsValid(content))
        {
            return null;
        }

        var valid = 0;
        while (Rune.DecodeFromUtf8(content[valid..], out _, out var consumed) == System.Buffers.OperationStatus.Done)
        {
            valid += consumed;
        }

        return Refuse(fileName, 1 + content[..valid].Count(LineFeed), $"the byte 0x{content[valid]:X2}, which is not UTF-8", "a file in UTF-8");
    }

    private static ConfigNode ReadValue(ref Utf8JsonReader reader, ref LineCounter lines)
    {
        var line = lines.MoveTo(reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var objectNode = new ConfigNode(NodeKind.Object, "", "", line);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var nameLine = lines.MoveTo(reader.TokenStartIndex);
                    var rawName = Quote(reader.ValueSpan);
                    var name = reader.GetString()!;
                    reader.Read();
                    objectNode.Properties.Add(new(name, rawName, nameLine, ReadValue(ref reader, ref lines)));
                }

                return objectNode;
            case JsonTokenType.StartArray:
                var arrayNode = new ConfigNode(NodeKind.Array, "", "", line);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    arrayNode.Items.Add(ReadValue(ref reader, ref lines));
                }

                return arrayNode;
            case JsonTokenType.String:
                return new(NodeKind.String, Quote(reader.ValueSpan), reader.GetString()!, line);
            case JsonTokenType.Number:
                return new(NodeKind.Number, Encoding.UTF8.GetString(reader.ValueSpan), "", line);
            case JsonTokenType.Null:
                return new(NodeKind.Null, "null", "", line);
            default:
                return new(NodeKind.Boolean, Encoding.UTF8.GetString(reader.ValueSpan), "", line);
        }
    }

    private static string Quote(ReadOnlySpan<byte> escaped) => string.Concat("\"", Encoding.UTF8.GetString(escaped), "\"");

    private static Problem Describe(JsonException e, ReadOnlySpan<byte> bytes, string fileName)
    {
        var line = e.LineNumber ?? 0;
        var rest = bytes;
        for (var i = 0L; i < line; i++)
        {
            var end = rest.IndexOf(LineFeed);
            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        var column = (int)Math.Min(e.BytePositionInLine ?? 0, rest.Length);
        var here = rest[column..];
        here = here[..(here.IndexOf(LineFeed) is >= 0 and var stop ? stop : here.Length)].Trim((byte)'\r');
        var text = Encoding.UTF8.GetString(here[..Math.Min(here.Length, 30)]);
        var atEnd = bytes[(bytes.Length - rest.Length + column)..].Trim(" \t\r\n"u8).IsEmpty;

        // The reader's sentence says what it expected; it ends in a position counted from 0, which this problem gives from 1.
        var sentence = e.Message;
        var position = sentence.LastIndexOf(" LineNumber:", StringComparison.Ordinal);
        return Refuse(
            fileName,
            line + 1,
            atEnd ? "the end of the file" : $"{text} at column {column + 1}",
            $"JSON (comments and trailing commas are allowed): {(position < 0 ? sentence : sentence[..position])}");
    }

    private static Problem Refuse(string fileName, long? line, string found, string expected) =>
        new() { File = fileName, Line = line, Found = found, Expected = expected };

    /// <summary>Counts lines on the way forward, so that the file is looked through once.</summary>
    private ref struct LineCounter(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private int _position;

        public long Line { get; private set; } = 1;

        public long MoveTo(long position)
        {
            Line += _bytes[_position..(int)position].Count(LineFeed);
            _position = (int)position;
            return Line;
        }
    }
}
