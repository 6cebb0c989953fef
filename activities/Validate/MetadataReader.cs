using System.Buffers;
using System.Text;
using System.Text.Json;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Validate;

/// <summary>Reads one line of item metadata into the table. What it saw of long texts stays in <see cref="LongTexts"/>.</summary>
internal sealed class MetadataReader(ItemTable table, int maxTextLength)
{
    private ulong[] _values = new ulong[16];
    private int _used;

    /// <summary>By field: how many items have a text beyond the limit.</summary>
    public Dictionary<int, long> LongTexts { get; } = [];

    public long Duplicates { get; private set; }

    /// <summary>What is wrong with the line, or null.</summary>
    public string? Read(ReadOnlySpan<byte> line)
    {
        try
        {
            return ReadItem(line);
        }
        catch (JsonException)
        {
            return "no JSON object";
        }
        catch (InvalidOperationException)
        {
            return "text that is not UTF-8, or half of a surrogate pair";
        }
    }

    private string? ReadItem(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return reader.TokenType == JsonTokenType.StartArray ? "a list" : "no JSON object";
        }

        _values.AsSpan(0, _used).Clear();
        _used = 0;
        ulong? id = null;
        var longFields = new List<int>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.String)
                {
                    return $"an id that is no string ({reader.TokenType})";
                }

                id = HashOf(ref reader, out var idLength);
                if (idLength == 0)
                {
                    return "an empty id";
                }

                continue;
            }

            var field = reader.ValueIsEscaped ? table.IndexOf(Encoding.UTF8.GetBytes(reader.GetString()!)) : table.IndexOf(reader.ValueSpan);
            reader.Read();
            ReadField(line, ref reader, field, longFields);
        }

        reader.Read();
        if (id is null)
        {
            return "an object without \"id\"";
        }

        foreach (var field in longFields)
        {
            LongTexts[field] = LongTexts.GetValueOrDefault(field) + 1;
        }

        Duplicates += table.Set(id.Value, _values.AsSpan(0, _used)) ? 0 : 1;
        return null;
    }

    private void ReadField(ReadOnlySpan<byte> line, ref Utf8JsonReader reader, int field, List<int> longFields)
    {
        var start = (int)reader.TokenStartIndex;
        ulong hash;
        var length = 0;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return;
            case JsonTokenType.String:
                hash = HashOf(ref reader, out length);
                if (length == 0)
                {
                    return;
                }

                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                reader.Skip();
                var json = line[start..(int)reader.BytesConsumed];
                hash = IdHash.Of(json);
                length = Encoding.UTF8.GetCharCount(json);
                break;
            default:
                // A number is never equal to a text that looks like it.
                hash = ~IdHash.Of(reader.ValueSpan);
                break;
        }

        if (field < 0)
        {
            return;
        }

        if (field >= _values.Length)
        {
            Array.Resize(ref _values, Math.Max(field + 1, _values.Length * 2));
        }

        _values[field] = hash == ItemTable.Missing ? 1 : hash;
        _used = Math.Max(_used, field + 1);
        if (length > maxTextLength)
        {
            longFields.Add(field);
        }
    }

    /// <summary>The hash of a string without its escapes, and its length in characters.</summary>
    private static ulong HashOf(ref Utf8JsonReader reader, out int length)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length + 1);
        var text = buffer.AsSpan(0, reader.CopyString(buffer));
        length = Encoding.UTF8.GetCharCount(text);
        var hash = IdHash.Of(text);
        ArrayPool<byte>.Shared.Return(buffer);
        return hash;
    }
}
