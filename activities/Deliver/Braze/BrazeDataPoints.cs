using System.Text.Json;

namespace PersonalizeConnectors.Activities.Deliver.Braze;

/// <summary>
/// What Braze bills for an object of <c>attributes</c>: a data point an attribute, changed or not, also for a null; an array of plain values is one,
/// an object or an array of objects one for each key inside, at any depth. Identifiers and control keys are free.
/// </summary>
internal static class BrazeDataPoints
{
    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 1024 };

    public static long Of(ReadOnlySpan<byte> payload)
    {
        var reader = new Utf8JsonReader(payload, Deep);
        reader.Read();
        var points = 0L;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isFree = IsFree(ref reader);
            reader.Read();
            points += isFree ? Skip(ref reader) : Math.Max(1, KeysOf(ref reader));
        }

        return points;
    }

    private static bool IsFree(ref Utf8JsonReader name) =>
        name.ValueTextEquals("external_id"u8) || name.ValueTextEquals("user_alias"u8) || name.ValueTextEquals("braze_id"u8)
        || name.ValueTextEquals("_update_existing_only"u8) || name.ValueTextEquals("_merge_objects"u8);

    private static long Skip(ref Utf8JsonReader reader)
    {
        reader.Skip();
        return 0;
    }

    private static long KeysOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return 0;
        }

        var keys = 0L;
        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            keys += reader.TokenType == JsonTokenType.PropertyName ? 1 : 0;
        }

        return keys;
    }
}
