using System.Globalization;
using System.Net;
using System.Text.Json;

namespace PersonalizeConnectors.Activities.Deliver.Braze;

/// <summary>Says what an answer of <c>/users/track</c> means for the objects sent. A 2xx alone never means delivered.</summary>
internal static class BrazeResponseReader
{
    private const string Attributes = "attributes";

    /// <param name="count">Objects sent.</param>
    /// <param name="clean">Makes the text of an error presentable: object, text → text.</param>
    public static BatchResponse Read(HttpStatusCode status, ReadOnlySpan<byte> body, int count, Func<int, string, string> clean)
    {
        var reason = string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)status}");
        return (int)status switch
        {
            >= 200 and < 300 => ReadTaken(status, body, count, clean, reason),
            400 => ReadRefused(body, count, clean, reason),
            413 => new BatchResponse.Refused($"Braze refused this user's object as too large ({reason})."),
            408 or >= 500 => new BatchResponse.Failed(reason),
            429 => new BatchResponse.RateLimited(),
            _ => new BatchResponse.Stop(reason),
        };
    }

    private static BatchResponse ReadTaken(HttpStatusCode status, ReadOnlySpan<byte> body, int count, Func<int, string, string> clean, string reason)
    {
        using var document = Parse(body);
        if (document is null)
        {
            return Unclear(reason, "is no JSON object");
        }

        var root = document.RootElement;
        var message = TextOf(root, "message");
        if (message == "queued" && status == HttpStatusCode.Accepted)
        {
            return BatchResponse.Settled.Whole;
        }

        if (message != "success")
        {
            return Unclear(reason, "does not say success");
        }

        if (!TryReadErrors(root, count, clean, out var rejections))
        {
            return Unclear(reason, "names errors without saying which users they are about");
        }

        return root.TryGetProperty("attributes_processed", out var processed)
            && (!processed.TryGetInt64Safe(out var taken) || taken + rejections.Count != count)
                ? Unclear(reason, "counts other users than were sent")
                : new BatchResponse.Settled(rejections);
    }

    // Where every object is bad, Braze says so with 400 and the same list of errors.
    private static BatchResponse ReadRefused(ReadOnlySpan<byte> body, int count, Func<int, string, string> clean, string reason)
    {
        using var document = Parse(body);
        return document is not null && TryReadErrors(document.RootElement, count, clean, out var rejections) && rejections.Count == count
            ? new BatchResponse.Settled(rejections)
            : new BatchResponse.Refused($"Braze refused this user's object ({reason}).");
    }

    private static bool TryReadErrors(JsonElement root, int count, Func<int, string, string> clean, out List<PayloadRejection> rejections)
    {
        rejections = [];
        if (!root.TryGetProperty("errors", out var errors) || errors.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        if (errors.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        var seen = new bool[count];
        foreach (var error in errors.EnumerateArray())
        {
            if (!TryReadIndex(error, count, out var index))
            {
                return false;
            }

            if (!seen[index])
            {
                seen[index] = true;
                rejections.Add(new(index, clean(index, TextOf(error, "type") ?? "Braze gave no reason.")));
            }
        }

        return true;
    }

    // Only attributes are sent, so that an index without its array is clear enough.
    private static bool TryReadIndex(JsonElement error, int count, out int index)
    {
        index = -1;
        return error.ValueKind == JsonValueKind.Object
            && (!error.TryGetProperty("input_array", out var array) || (array.ValueKind == JsonValueKind.String && TextOf(array) == Attributes))
            && error.TryGetProperty("index", out var value)
            && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt32(out index)
            && index >= 0
            && index < count;
    }

    private static BatchResponse.Unclear Unclear(string reason, string what) => new($"Braze's answer ({reason}) {what}.");

    private static string? TextOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? TextOf(value) : null;

    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of an escaped surrogate pair: JSON by its grammar, but no text.
            return null;
        }
    }

    private static JsonDocument? Parse(ReadOnlySpan<byte> body)
    {
        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(body.ToArray());
            if (document.RootElement.ValueKind == JsonValueKind.Object && HasReadableNames(body))
            {
                return document;
            }
        }
        catch (JsonException)
        {
            // A proxy's page; the answer says nothing about users.
        }

        document?.Dispose();
        return null;
    }

    // Half of an escaped surrogate pair in a name makes every look-up fail, and may stand for a name that matters.
    private static bool HasReadableNames(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueIsEscaped && TextOf(ref reader) is null)
            {
                return false;
            }
        }

        return true;
    }

    private static string? TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static bool TryGetInt64Safe(this JsonElement element, out long value)
    {
        value = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out value);
    }
}
