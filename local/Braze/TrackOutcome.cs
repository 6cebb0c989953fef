using System.Buffers;
using System.Text.Json;

namespace PersonalizeConnectors.Local.Braze;

/// <summary>What came of a request's objects, and the body that says it.</summary>
internal sealed class TrackOutcome
{
    private readonly int[] _processed = new int[3];
    private readonly List<UserObject> _refused = [];

    public int Processed => _processed.Sum();

    public int Refused => _refused.Count;

    public void OnProcessed(InputArray array) => _processed[(int)array]++;

    public void OnRefused(in UserObject refused) => _refused.Add(refused);

    /// <summary>The 201's body. A fault may bend it.</summary>
    public byte[] Success(TrackBody body, ErrorTexts texts, FaultKind? bend)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("message"u8, "success"u8);
            WriteCount(json, body, InputArray.Attributes, "attributes_processed"u8, bend);
            WriteCount(json, body, InputArray.Events, "events_processed"u8, null);
            WriteCount(json, body, InputArray.Purchases, "purchases_processed"u8, null);
            var uncorrelated = bend is FaultKind.ErrorWithoutIndex or FaultKind.ErrorAsString or FaultKind.ErrorIndexOutOfRange;
            if (_refused.Count > 0 || uncorrelated)
            {
                WriteErrors(json, texts, uncorrelated ? bend : null, body.ObjectCount);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The body of the 400 that refuses every object.</summary>
    public byte[] AllInvalid(ErrorTexts texts)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("message"u8, "Valid data must be provided in the 'attributes', 'events', or 'purchases' fields."u8);
            WriteErrors(json, texts, null, 0);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private void WriteCount(Utf8JsonWriter json, TrackBody body, InputArray array, ReadOnlySpan<byte> name, FaultKind? bend)
    {
        if (body.Has(array))
        {
            json.WriteNumber(name, _processed[(int)array] + (bend == FaultKind.CountTooHigh ? 1 : 0));
        }
    }

    private void WriteErrors(Utf8JsonWriter json, ErrorTexts texts, FaultKind? bend, int objects)
    {
        json.WriteStartArray("errors"u8);
        foreach (var refused in _refused)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, refused.Error!.Text(texts));
            json.WriteString("input_array"u8, Name(refused.Array));
            json.WriteNumber("index"u8, refused.Index);
            json.WriteEndObject();
        }

        const string Sentence = "something about one of the objects";
        if (bend == FaultKind.ErrorAsString)
        {
            json.WriteStringValue(Sentence);
        }
        else if (bend is not null)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, Sentence);
            if (bend == FaultKind.ErrorIndexOutOfRange)
            {
                json.WriteString("input_array"u8, "attributes"u8);
                json.WriteNumber("index"u8, objects);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Name(InputArray array) => array switch
    {
        InputArray.Attributes => "attributes",
        InputArray.Events => "events",
        _ => "purchases",
    };
}
