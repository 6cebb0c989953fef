using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.Updates;

namespace PersonalizeConnectors.Activities.Deliver.Drain;

/// <summary>Reads messages as records, those of the sample's functions and our own. Keys that it does not know are passed over.</summary>
internal sealed class RecordReader(ConnectorConfiguration connector)
{
    private const string Id = "id";

    private readonly HashSet<string> _own = [.. ShapeAttributes.OwnFields(connector)];

    /// <returns>Null where the message is no record.</returns>
    public QueuedRecord? Read(IncomingMessage message)
    {
        try
        {
            using var document = JsonDocument.Parse(message.Body);
            return Read(message, document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // No JSON, a value of another type, or half of a surrogate pair.
            return null;
        }
    }

    private QueuedRecord? Read(IncomingMessage message, JsonElement record)
    {
        if (record.ValueKind != JsonValueKind.Object || UserIdOf(record) is not { Length: > 0 } userId)
        {
            return null;
        }

        var directives = Find(record, "syncDirectives");
        var operation = directives is { } directed && Find(directed, RecordEnd.Operation)?.GetString() == RecordEnd.Clear ? UpdateOperation.Clear : UpdateOperation.Set;
        var items = new List<QueuedItem>();
        foreach (var item in Find(record, "recommendations")?.EnumerateArray() ?? default)
        {
            if (Read(item) is not { } read)
            {
                return null;
            }

            // The sample repeats every item of a query item that several users share.
            if (items.Count < (connector.MaxRecommendations ?? int.MaxValue) && !items.Exists(i => i.Id == read.Id))
            {
                items.Add(read);
            }
        }

        var job = Find(record, "jobInfo") is { ValueKind: JsonValueKind.Object } given ? given : default(JsonElement?);
        var age = new RecordAge(TimeOf(job) ?? message.SentAt, message.SentAt, message.Sequence);
        return new(message, userId, TextOf(job, "name"), operation, Directives(directives), age, items);
    }

    private static string? UserIdOf(JsonElement record) => (Find(record, "queryUserId") ?? Find(record, "userId")) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    private QueuedItem? Read(JsonElement item)
    {
        var values = new List<KeyValuePair<string, byte[]>>();
        string? id = null, fallback = null;
        byte[] score = [];
        byte[]? queryItem = null;
        foreach (var member in item.EnumerateObject())
        {
            if (member.Name == ShapeAttributes.ItemId)
            {
                id = TextOf(member.Value);
            }
            else if (member.Name == ShapeAttributes.Score && _own.Contains(member.Name))
            {
                score = member.Value.ValueKind == JsonValueKind.Number ? JsonMarshal.GetRawUtf8Value(member.Value).ToArray() : [];
            }
            else if (member.Name == ShapeAttributes.QueryItemId && _own.Contains(member.Name))
            {
                queryItem = TextOf(member.Value) is { } text ? Encoding.UTF8.GetBytes(text) : null;
            }
            else if (member.Name == Id && connector.ItemMetadataFields is null)
            {
                fallback = TextOf(member.Value);
            }
            else if (!IsMissing(member.Value))
            {
                values.RemoveAll(v => v.Key == member.Name);
                values.Add(new(member.Name, Json(member.Value)));
            }
        }

        return (id ?? fallback) is { Length: > 0 } itemId ? new(itemId, values, score, queryItem) : null;
    }

    private static RecordDirectives Directives(JsonElement? directives)
    {
        if (directives is not { } given)
        {
            return new(RecordDirectives.DefaultPrefix, []);
        }

        var others = Find(given, RecordEnd.OtherAttributes)?.EnumerateObject() ?? default;
        return new(
            Find(given, RecordEnd.AttributePrefix)?.GetString() ?? RecordDirectives.DefaultPrefix,
            [.. others.DistinctBy(o => o.Name).Select(o => KeyValuePair.Create(o.Name, Encoding.UTF8.GetString(Json(o.Value))))]);
    }

    // The sample writes a time without a zone, which is UTC.
    private static DateTimeOffset? TimeOf(JsonElement? job) =>
        DateTimeOffset.TryParse(TextOf(job, "runDateTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? at : null;

    private static string? TextOf(JsonElement? of, string name) =>
        of is { } given && Find(given, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static JsonElement? Find(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    private static bool IsMissing(JsonElement value) =>
        value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.String && value.ValueEquals(""));

    // Texts in one spelling, however the producer escaped them: what is equal shall be sent equal.
    private static byte[] Json(JsonElement value)
    {
        using var bytes = new ByteWriter(64);
        if (value.ValueKind == JsonValueKind.String)
        {
            JsonString.Write(bytes, Encoding.UTF8.GetBytes(value.GetString()!));
        }
        else
        {
            JsonString.WriteCompact(bytes, JsonMarshal.GetRawUtf8Value(value));
        }

        return bytes.Written.ToArray();
    }
}
