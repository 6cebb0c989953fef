using System.Text.Json;

namespace PersonalizeConnectors.Core.Records;

/// <summary>Any JSON object that says what a batch line says. A key that comes twice counts as its last value.</summary>
internal sealed class CheckedBatchLine(bool itemKeyed) : IDisposable
{
    private const string NotUnicode = "an escape that is no character";

    private readonly ByteWriter _text = new();
    private string? _badQuery;
    private string? _badOutput;
    private string? _badError;
    private bool _hasOutput;

    private string Key => itemKeyed ? "itemId" : "userId";

    private string OtherKey => itemKeyed ? "userId" : "itemId";

    private string NoQuery => itemKeyed ? "no input.itemId" : "no input.userId";

    private ReadOnlySpan<byte> KeyText => itemKeyed ? "itemId"u8 : "userId"u8;

    private ReadOnlySpan<byte> OtherKeyText => itemKeyed ? "userId"u8 : "itemId"u8;

    /// <param name="line">Valid UTF-8.</param>
    /// <returns>What the slices of the fields cut.</returns>
    public ReadOnlySpan<byte> Parse(ReadOnlySpan<byte> line, BatchLineFields fields)
    {
        _text.Clear();
        _badQuery = NoQuery;
        _badOutput = null;
        _badError = null;
        _hasOutput = false;
        try
        {
            var reader = new Utf8JsonReader(line);
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                ReadLine(ref reader, line, fields);
                Decide(fields);
            }
            else
            {
                Refuse(fields, "not a JSON object");
            }
        }
        catch (JsonException e)
        {
            Refuse(fields, $"not JSON, at byte {e.BytePositionInLine} of the line");
        }
        catch (InvalidOperationException)
        {
            // The reader's word for a lone surrogate in a text that it shall unescape: here, in a key.
            Refuse(fields, NotUnicode);
        }

        return _text.Written;
    }

    public void Dispose() => _text.Dispose();

    private static void Refuse(BatchLineFields fields, string reason)
    {
        fields.Clear();
        fields.Kind = BatchLineKind.Malformed;
        fields.Reason = reason;
    }

    private void ReadLine(ref Utf8JsonReader reader, ReadOnlySpan<byte> line, BatchLineFields fields)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("input"u8))
            {
                ReadInput(ref reader, fields);
            }
            else if (reader.ValueTextEquals("output"u8))
            {
                ReadOutput(ref reader, fields);
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                ReadError(ref reader, line, fields);
            }
            else
            {
                Skip(ref reader);
            }
        }

        // Throws where something follows the object.
        reader.Read();
    }

    private void Decide(BatchLineFields fields)
    {
        if (_badError is not null)
        {
            Refuse(fields, _badError);
        }
        else if (fields.Message.Length > 0 || !_hasOutput)
        {
            fields.ClearOutput();
            fields.Theme = default;
            fields.Kind = BatchLineKind.Error;
            fields.Message = fields.Message.Length > 0 ? fields.Message : Keep(BatchLineScanner.NoOutput);
            fields.QueryId = _badQuery is null ? fields.QueryId : default;
        }
        else if ((_badOutput ?? _badQuery) is { } reason)
        {
            Refuse(fields, reason);
        }
    }

    private void ReadInput(ref Utf8JsonReader reader, BatchLineFields fields)
    {
        _badQuery = NoQuery;
        if (!TryEnterObject(ref reader))
        {
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(KeyText))
            {
                reader.Read();
                _badQuery = ReadId(ref reader, out var id) is { } problem ? $"input.{Key}: {problem}" : null;
                fields.QueryId = id;
            }
            else
            {
                _badQuery = _badQuery is not null && reader.ValueTextEquals(OtherKeyText)
                    ? $"input.{OtherKey} where this job type has input.{Key}"
                    : _badQuery;
                Skip(ref reader);
            }
        }
    }

    private void ReadOutput(ref Utf8JsonReader reader, BatchLineFields fields)
    {
        fields.ClearOutput();
        fields.Theme = default;
        _badOutput = "no output.recommendedItems";
        _hasOutput = TryEnterObject(ref reader);
        if (!_hasOutput)
        {
            return;
        }

        string? badItems = _badOutput, badScores = null, badTheme = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("recommendedItems"u8))
            {
                badItems = ReadItems(ref reader, fields);
            }
            else if (reader.ValueTextEquals("scores"u8))
            {
                badScores = ReadScores(ref reader, fields);
            }
            else if (reader.ValueTextEquals("theme"u8))
            {
                badTheme = ReadTheme(ref reader, fields);
            }
            else
            {
                Skip(ref reader);
            }
        }

        _badOutput = badItems ?? badScores ?? badTheme;
        fields.HasScores = HasScores(fields);
    }

    private static bool HasScores(BatchLineFields fields)
    {
        foreach (var score in fields.Scores.AsSpan(0, Math.Min(fields.ScoreCount, fields.ItemCount)))
        {
            if (score.Length > 0)
            {
                return true;
            }
        }

        return false;
    }

    private string? ReadItems(ref Utf8JsonReader reader, BatchLineFields fields)
    {
        fields.ClearItems();
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return "output.recommendedItems is not a list";
        }

        string? problem = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            problem = ReadId(ref reader, out var id) ?? problem;
            fields.AddItem(id);
        }

        return problem is null ? null : $"output.recommendedItems: {problem}";
    }

    // What is no number stands for a recommendation without a score.
    private string? ReadScores(ref Utf8JsonReader reader, BatchLineFields fields)
    {
        fields.ClearScores();
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return null;
        }

        string? problem = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var isNumber = reader.TokenType == JsonTokenType.Number;
            if (isNumber && reader.ValueSpan.Length > CompactBatchLine.MaxScore)
            {
                problem = $"output.scores: a number of more than {CompactBatchLine.MaxScore} characters";
            }

            fields.AddScore(isNumber ? Keep(reader.ValueSpan) : default);
            reader.Skip();
        }

        return problem;
    }

    private string? ReadTheme(ref Utf8JsonReader reader, BatchLineFields fields)
    {
        reader.Read();
        fields.Theme = default;
        if (reader.TokenType == JsonTokenType.String && !reader.ValueSpan.IsEmpty)
        {
            // Only to refuse lone surrogates: the theme is passed on as it stands.
            if (!TryUnescape(ref reader, out _))
            {
                return $"output.theme: {NotUnicode}";
            }

            var start = _text.Length;
            _text.WriteByte((byte)'"');
            _text.WriteRaw(reader.ValueSpan);
            _text.WriteByte((byte)'"');
            fields.Theme = new(start, _text.Length - start);
        }

        reader.Skip();
        return null;
    }

    private void ReadError(ref Utf8JsonReader reader, ReadOnlySpan<byte> line, BatchLineFields fields)
    {
        reader.Read();
        _badError = null;
        fields.Message = default;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                break;
            case JsonTokenType.String:
                _badError = TryUnescape(ref reader, out var message) ? null : $"error: {NotUnicode}";
                fields.Message = message;
                break;
            default:
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                fields.Message = Keep(line[start..(int)reader.BytesConsumed]);
                break;
        }
    }

    private string? ReadId(ref Utf8JsonReader reader, out BatchLineFields.Slice id)
    {
        id = default;
        switch (reader.TokenType)
        {
            case JsonTokenType.Number:
                id = Keep(reader.ValueSpan);
                break;
            case JsonTokenType.String:
                if (!TryUnescape(ref reader, out id))
                {
                    return NotUnicode;
                }

                break;
            default:
                reader.Skip();
                return "an id that is no text";
        }

        return IdRule.Check(id.Of(_text.Written));
    }

    private bool TryUnescape(ref Utf8JsonReader reader, out BatchLineFields.Slice text)
    {
        text = default;
        try
        {
            var length = reader.CopyString(_text.GetSpan(reader.ValueSpan.Length));
            text = new(_text.Length, length);
            _text.Advance(length);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private BatchLineFields.Slice Keep(ReadOnlySpan<byte> text)
    {
        var start = _text.Length;
        _text.WriteRaw(text);
        return new(start, text.Length);
    }

    private static bool TryEnterObject(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            return true;
        }

        reader.Skip();
        return false;
    }

    private static void Skip(ref Utf8JsonReader reader)
    {
        reader.Read();
        reader.Skip();
    }
}
