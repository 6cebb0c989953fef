using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace PersonalizeConnectors.Core.Records;

/// <summary>
/// One line of item metadata, taken apart: its id, and where its members stand. A bare number as <c>id</c> counts as its text; of an
/// <c>id</c> that comes twice the last one counts. Reuse it.
/// </summary>
public sealed class MetadataLine : IDisposable
{
    private readonly ByteWriter _id = new(256);
    private readonly ByteWriter _text = new(256);
    private readonly List<Member> _members = [];

    /// <summary>UTF-8, not escaped.</summary>
    public ReadOnlySpan<byte> Id => _id.Written;

    /// <summary>All members in the order of the line, <c>id</c> included.</summary>
    public ReadOnlySpan<Member> Members => CollectionsMarshal.AsSpan(_members);

    /// <returns>What is wrong with the line, or null.</returns>
    public string? Read(ReadOnlySpan<byte> line)
    {
        _id.Clear();
        _members.Clear();
        if (!Utf8.IsValid(line))
        {
            return "text that is not UTF-8";
        }

        try
        {
            return ReadObject(line);
        }
        catch (JsonException e)
        {
            return $"no JSON object on one line (byte {e.BytePositionInLine})";
        }
        catch (InvalidOperationException)
        {
            // The reader's word for it. No destination could take such a text, so it is refused wherever it stands in the line.
            return "a text with half a surrogate pair";
        }
    }

    /// <summary>A member's name: UTF-8, not escaped; valid until the next call.</summary>
    /// <param name="line">The line that was read.</param>
    public ReadOnlySpan<byte> NameOf(Member member, ReadOnlySpan<byte> line) => TextOf(line.Slice(member.Name, member.NameLength));

    /// <summary>What a JSON string of the line says: UTF-8, not escaped; valid until the next call.</summary>
    /// <param name="json">With its quotes.</param>
    public ReadOnlySpan<byte> TextOf(ReadOnlySpan<byte> json)
    {
        if (!json.Contains((byte)'\\'))
        {
            return json[1..^1];
        }

        var reader = new Utf8JsonReader(json);
        reader.Read();
        Unescape(ref reader, _text);
        return _text.Written;
    }

    public void Dispose()
    {
        _id.Dispose();
        _text.Dispose();
    }

    private string? ReadObject(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return "a JSON value that is no object";
        }

        string? problem = "an item without \"id\"";
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            Check(ref reader);
            var isId = reader.ValueTextEquals("id"u8);
            var name = (int)reader.TokenStartIndex;
            var nameLength = reader.ValueSpan.Length + 2;
            reader.Read();
            var value = (int)reader.TokenStartIndex;
            if (isId)
            {
                problem = ReadId(ref reader);
            }

            ReadToEnd(ref reader);
            _members.Add(new(name, nameLength, value, (int)reader.BytesConsumed - value));
        }

        // Reads on to the end of the line: text after the object throws.
        reader.Read();
        return problem;
    }

    private string? ReadId(ref Utf8JsonReader reader)
    {
        _id.Clear();
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                Unescape(ref reader, _id);
                return _id.Length == 0 ? "an empty \"id\"" : null;
            case JsonTokenType.Number:
                _id.WriteRaw(reader.ValueSpan);
                return null;
            default:
                return "an \"id\" that is neither text nor a number";
        }
    }

    private void ReadToEnd(ref Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        Check(ref reader);
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.CurrentDepth > depth)
            {
                Check(ref reader);
            }
        }
    }

    // A text can only be wrong by its escapes: the line is valid UTF-8.
    private void Check(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped)
        {
            Unescape(ref reader, _text);
        }
    }

    private static void Unescape(ref Utf8JsonReader reader, ByteWriter target)
    {
        target.Clear();
        target.Advance(reader.CopyString(target.GetSpan(Math.Max(reader.ValueSpan.Length, 1))));
    }

    /// <summary>Offsets and lengths in the line; the name with its quotes, the value as it was written.</summary>
    public readonly record struct Member(int Name, int NameLength, int Value, int ValueLength);
}
