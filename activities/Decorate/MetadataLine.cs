using System.Text.Json;
using System.Text.Unicode;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Decorate;

/// <summary>One line of item metadata, taken apart: its id, and where its members stand. Reuse it.</summary>
internal sealed class MetadataLine : IDisposable
{
    private readonly ByteWriter _id = new(256);
    private readonly List<Member> _members = [];

    /// <summary>UTF-8, not escaped.</summary>
    public ReadOnlySpan<byte> Id => _id.Written;

    /// <summary>All members in the order of the line, <c>id</c> included.</summary>
    public IReadOnlyList<Member> Members => _members;

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
            // The reader's word for half a surrogate pair.
            return "an id or a key with half a surrogate pair";
        }
    }

    public void Dispose() => _id.Dispose();

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
            var isId = reader.ValueTextEquals("id"u8);
            var name = (int)reader.TokenStartIndex;
            var nameLength = reader.ValueSpan.Length + 2;
            reader.Read();
            var value = (int)reader.TokenStartIndex;
            if (isId)
            {
                problem = ReadId(ref reader);
            }

            reader.Skip();
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
                _id.Advance(reader.CopyString(_id.GetSpan(Math.Max(reader.ValueSpan.Length, 1))));
                return _id.Length == 0 ? "an empty \"id\"" : null;
            case JsonTokenType.Number:
                _id.WriteRaw(reader.ValueSpan);
                return null;
            default:
                return "an \"id\" that is neither text nor a number";
        }
    }

    /// <summary>Offsets and lengths in the line; the name with its quotes, the value as it was written.</summary>
    internal readonly record struct Member(int Name, int NameLength, int Value, int ValueLength);
}
