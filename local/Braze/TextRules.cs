using System.Runtime.InteropServices;
using System.Text.Json;

namespace PersonalizeConnectors.Local.Braze;

/// <summary>Lengths and trimming of strings. A character is a code point.</summary>
internal static class TextRules
{
    public static bool Fits(JsonElement text, int maxCharacters) =>
        JsonMarshal.GetRawUtf8Value(text).Length - 2 <= maxCharacters || Fits(text.GetString()!, maxCharacters);

    public static bool Fits(string text, int maxCharacters) => text.Length <= maxCharacters || text.EnumerateRunes().Count() <= maxCharacters;

    /// <summary>The string's JSON without white space at its ends.</summary>
    public static ReadOnlySpan<byte> Trimmed(JsonElement text)
    {
        var raw = JsonMarshal.GetRawUtf8Value(text);
        if (raw.Length == 2 || (IsPlain(raw[1]) && IsPlain(raw[^2])))
        {
            return raw;
        }

        var value = text.GetString()!;
        var trimmed = value.Trim();
        return trimmed.Length == value.Length ? raw : JsonSerializer.SerializeToUtf8Bytes(trimmed);
    }

    // Neither white space, nor part of an escape or of a character beyond ASCII that may be white space.
    private static bool IsPlain(byte value) => value is > (byte)' ' and < 0x7F and not (byte)'\\' && !IsEscapeLetter(value);

    private static bool IsEscapeLetter(byte value) => value is (byte)'n' or (byte)'r' or (byte)'t' or (byte)'f' or (byte)'b' or (>= (byte)'0' and <= (byte)'9');
}
