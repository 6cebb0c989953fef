using System.Buffers;
using System.Text.Json;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Validate;

/// <summary>Reads what validation needs of a line of batch output: its kind, and the recommended items by hash.</summary>
internal sealed class BatchLineReader
{
    /// <summary>Hashes of the recommended items, in rank order.</summary>
    public List<ulong> Items { get; } = [];

    /// <summary>May be shorter than <see cref="Items"/>; NaN for null.</summary>
    public List<double> Scores { get; } = [];

    public bool HasUser { get; private set; }

    public bool HasItem { get; private set; }

    public BatchLineKind Read(ReadOnlySpan<byte> line)
    {
        Items.Clear();
        Scores.Clear();
        HasUser = false;
        HasItem = false;
        try
        {
            return ReadLine(line);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return BatchLineKind.Malformed;
        }
    }

    private BatchLineKind ReadLine(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        var hasOutput = false;
        var hasError = false;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return BatchLineKind.Malformed;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("input"u8))
            {
                ReadInput(ref reader);
            }
            else if (reader.ValueTextEquals("output"u8))
            {
                hasOutput = ReadOutput(ref reader);
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                hasError = reader.TokenType != JsonTokenType.Null && !(reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(""u8));
                reader.Skip();
            }
            else
            {
                reader.Skip();
            }
        }

        reader.Read();
        return hasError || !hasOutput ? BatchLineKind.Error : HasUser || HasItem ? BatchLineKind.Result : BatchLineKind.Malformed;
    }

    private void ReadInput(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isUser = reader.ValueTextEquals("userId"u8);
            var isItem = reader.ValueTextEquals("itemId"u8);
            reader.Read();
            var isId = reader.TokenType == JsonTokenType.String && !reader.ValueTextEquals(""u8);
            HasUser |= isUser && isId;
            HasItem |= isItem && isId;
            reader.Skip();
        }
    }

    private bool ReadOutput(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return false;
        }

        var hasItems = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isItems = reader.ValueTextEquals("recommendedItems"u8);
            var isScores = reader.ValueTextEquals("scores"u8);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray || !(isItems || isScores))
            {
                reader.Skip();
                continue;
            }

            hasItems |= isItems;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (isItems)
                {
                    Items.Add(HashOf(ref reader));
                }
                else
                {
                    Scores.Add(reader.TokenType == JsonTokenType.Number ? reader.GetDouble() : double.NaN);
                    reader.Skip();
                }
            }
        }

        return hasItems;
    }

    private static ulong HashOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped)
        {
            return IdHash.Of(reader.ValueSpan);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length + 1);
        var hash = IdHash.Of(buffer.AsSpan(0, reader.CopyString(buffer)));
        ArrayPool<byte>.Shared.Return(buffer);
        return hash;
    }
}

internal enum BatchLineKind
{
    Result,
    Error,
    Malformed,
}
