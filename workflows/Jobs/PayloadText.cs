using System.Text;
using System.Text.Json;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Workflows.Jobs;

/// <summary>Text for people that travels in payloads, which have a size to keep.</summary>
public static class PayloadText
{
    private const string Cut = "…";
    private const int CutBytes = 3;

    /// <summary>The text, or its beginning and an ellipsis, in at most so many bytes as the converter writes them.</summary>
    public static string? Shorten(string? text, int bytes)
    {
        if (text is null)
        {
            return null;
        }

        var written = 0;
        var end = 0;
        var kept = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            written += Bytes(rune);
            end += rune.Utf16SequenceLength;
            kept = written <= bytes - CutBytes ? end : kept;
        }

        return written <= bytes ? text : text[..kept] + Cut;
    }

    // Half of a surrogate pair comes as the replacement character too, and is written as an escape of six.
    private static int Bytes(Rune rune) =>
        rune == Rune.ReplacementChar ? 6 : JsonEncodedText.Encode(rune.ToString(), ConnectorDataConverter.Encoder).EncodedUtf8Bytes.Length;
}
