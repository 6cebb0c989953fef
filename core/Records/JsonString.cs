using System.Text.Encodings.Web;
using System.Text.Json;

namespace PersonalizeConnectors.Core.Records;

/// <summary>JSON text that is written without a writer object: strings, and foreign values that keep their spelling.</summary>
public static class JsonString
{
    // Records and payloads are data, never markup: only what JSON itself asks for is escaped.
    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>Appends the UTF-8 text as a JSON string, quotes included.</summary>
    public static void Write(ByteWriter target, ReadOnlySpan<byte> text)
    {
        target.WriteByte((byte)'"');
        var plain = Encoder.FindFirstCharacterToEncodeUtf8(text);
        if (plain < 0)
        {
            target.WriteRaw(text);
        }
        else
        {
            target.WriteRaw(text[..plain]);
            WriteEscaped(target, text[plain..]);
        }

        target.WriteByte((byte)'"');
    }

    /// <summary>Appends a JSON value on one line: white space and comments between its tokens go, every token stays as it was written.</summary>
    /// <exception cref="JsonException">Not a JSON value.</exception>
    public static void WriteCompact(ByteWriter target, ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        var needsComma = false;
        while (reader.Read())
        {
            var token = reader.TokenType;
            if (needsComma && token is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
            {
                target.WriteByte((byte)',');
            }

            target.WriteRaw(json[(int)reader.TokenStartIndex..TokenEnd(json, ref reader)]);
            if (token == JsonTokenType.PropertyName)
            {
                target.WriteByte((byte)':');
            }

            needsComma = token is not (JsonTokenType.PropertyName or JsonTokenType.StartObject or JsonTokenType.StartArray);
        }
    }

    // After a property's name the reader has gone on past the colon; the token itself ends at its closing quote.
    private static int TokenEnd(ReadOnlySpan<byte> json, ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.PropertyName
            ? (int)reader.TokenStartIndex + reader.ValueSpan.Length + 2
            : (int)reader.BytesConsumed;

    private static void WriteEscaped(ByteWriter target, ReadOnlySpan<byte> text)
    {
        // The longest escape of one UTF-8 byte is \u00XX; of a longer character less a byte.
        Encoder.EncodeUtf8(text, target.GetSpan(checked(text.Length * 6)), out _, out var written);
        target.Advance(written);
    }
}
