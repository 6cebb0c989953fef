using System.Globalization;
using System.Net;
using System.Text.Json;

namespace PersonalizeConnectors.Activities.Watch;

/// <summary>
/// Reads messages as events: S3's own notifications, those that came through EventBridge or in SNS's envelope, and the completion events of the
/// <em>Maintaining Personalized Experiences</em> solution and of its CDK successor.
/// </summary>
internal static class EventReader
{
    private const string Personalize = "solutions.aws.personalize";

    // What S3 writes for all versions since versioning was suspended.
    private const string NoVersion = "null";

    /// <returns>Null where the message is no event.</returns>
    public static IReadOnlyList<WatchEvent>? Read(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Read(document.RootElement, mayBeWrapped: true);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // No JSON, a value of another type, or half of a surrogate pair.
            return null;
        }
    }

    private static IReadOnlyList<WatchEvent>? Read(JsonElement message, bool mayBeWrapped)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (Find(message, "Records") is { } records)
        {
            var read = new List<WatchEvent>();
            foreach (var record in records.EnumerateArray())
            {
                if (Notification(record) is not { } found)
                {
                    return null;
                }

                read.Add(found);
            }

            return read;
        }

        if (Text(message, "Event") == "s3:TestEvent")
        {
            return [new WatchEvent.Test()];
        }

        if (Text(message, "source") is { } source && Find(message, "detail") is { } detail)
        {
            return OfBus(source, message, detail) is { } found ? [found] : null;
        }

        return mayBeWrapped && Text(message, "Type") == "Notification" && Text(message, "Message") is { } inner ? Unwrap(inner) : null;
    }

    private static IReadOnlyList<WatchEvent>? Unwrap(string inner)
    {
        using var document = JsonDocument.Parse(inner);
        return Read(document.RootElement, mayBeWrapped: false);
    }

    private static WatchEvent? Notification(JsonElement record)
    {
        if (Text(record, "eventSource") is not { } source || Text(record, "eventName") is not { } name)
        {
            return null;
        }

        if (source != "aws:s3" || !name.StartsWith("ObjectCreated:", StringComparison.Ordinal))
        {
            return new WatchEvent.Foreign();
        }

        // Keys come as in the query of an address: "+" is a space.
        return Find(record, "s3") is { } s3 && Find(s3, "object") is { } written && Text(written, "key") is { } key
            ? Written(s3, written, WebUtility.UrlDecode(key), Text(written, "versionId"), Text(written, "eTag"), Text(written, "sequencer"), Time(record, "eventTime"))
            : null;
    }

    private static WatchEvent? OfBus(string source, JsonElement message, JsonElement detail)
    {
        var type = Text(message, "detail-type") ?? "";
        if (source == "aws.s3")
        {
            // Through EventBridge keys come as they are.
            return type != "Object Created" ? new WatchEvent.Foreign()
                : Find(detail, "object") is { } written && Text(written, "key") is { } key
                    ? Written(detail, written, key, Text(written, "version-id"), Text(written, "etag"), Text(written, "sequencer"), Time(message, "time"))
                    : null;
        }

        if (source != Personalize || !IsOfBatchJobs(type) || Text(detail, "Status") != "ACTIVE")
        {
            return new WatchEvent.Foreign();
        }

        var arn = Text(detail, "Arn");
        var name = Text(detail, "JobName") ?? (arn is not null && arn.Contains('/', StringComparison.Ordinal) ? arn[(arn.LastIndexOf('/') + 1)..] : null);
        var path = Find(detail, "JobOutput") is { } output ? Address(output) : null;
        return name is null && path is null ? null : new WatchEvent.Completed(name, path, Time(message, "time"));
    }

    // "Personalize Batch Inference Job State Change", and "Personalize BatchInferenceJob status change" of the successor.
    private static bool IsOfBatchJobs(string type)
    {
        var bare = type.Replace(" ", "", StringComparison.Ordinal);
        return bare.Contains("BatchInferenceJob", StringComparison.OrdinalIgnoreCase) || bare.Contains("BatchSegmentJob", StringComparison.OrdinalIgnoreCase);
    }

    private static WatchEvent.Written? Written(JsonElement s3, JsonElement written, string key, string? version, string? etag, string? sequencer, DateTimeOffset? at)
    {
        var bucket = Find(s3, "bucket") is { } found ? Text(found, "name") : null;
        var tag = etag?.Trim('"') ?? "";
        version = version == NoVersion ? null : version;
        // Without both there is nothing by which a repeat could be told. Where there are no versions, the same content may be written again after another's.
        return bucket is { Length: > 0 } && key.Length > 0 && (version ?? tag) is { Length: > 0 } && (version ?? (sequencer is null ? tag : $"{tag} {sequencer}")) is { } told
            ? new WatchEvent.Written($"s3://{bucket}/{key}", told, tag, at)
            : null;
    }

    // {"s3DataDestination": {"path": "s3://…"}}, or the path alone.
    private static string? Address(JsonElement output) => output.ValueKind switch
    {
        JsonValueKind.String => output.GetString() is { } text && text.StartsWith("s3://", StringComparison.OrdinalIgnoreCase) ? text : null,
        JsonValueKind.Object => output.EnumerateObject().Select(member => Address(member.Value)).FirstOrDefault(address => address is not null),
        _ => null,
    };

    private static DateTimeOffset? Time(JsonElement of, string name) =>
        DateTimeOffset.TryParse(Text(of, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    private static JsonElement? Find(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string? Text(JsonElement of, string name) => Find(of, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
}
