using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Tests.Records;

/// <summary>The rules of a batch line, written for the reader and not for the machine.</summary>
internal static class SlowBatchLine
{
    public const string Malformed = "malformed";

    public static string Describe(byte[] line, bool itemKeyed)
    {
        if (!Utf8.IsValid(line))
        {
            return Malformed;
        }

        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object ? Describe(document.RootElement, itemKeyed ? "itemId" : "userId") : Malformed;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Malformed;
        }
    }

    public static string Describe(BatchLine line)
    {
        switch (line.Kind)
        {
            case BatchLineKind.Malformed:
                Assert.NotNull(line.Reason);
                return Malformed;
            case BatchLineKind.Error:
                return $"error {Encoding.UTF8.GetString(line.QueryId)}: {Encoding.UTF8.GetString(line.Message)}";
            default:
                var items = new List<string>();
                var hasScores = false;
                for (var place = 0; place < line.Count; place++)
                {
                    items.Add($"{Encoding.UTF8.GetString(line.Item(place))}({Encoding.UTF8.GetString(line.Score(place))})");
                    hasScores |= !line.Score(place).IsEmpty;
                }

                Assert.Equal(hasScores, line.HasScores);
                return Result(Encoding.UTF8.GetString(line.QueryId), items, Encoding.UTF8.GetString(line.Theme));
        }
    }

    private static string Describe(JsonElement line, string key)
    {
        var id = Object(line, "input") is { } input && input.TryGetProperty(key, out var query) ? Id(query) : null;
        var message = line.TryGetProperty("error", out var error) ? Message(error) : "";
        if (message.Length == 0 && Object(line, "output") is null)
        {
            message = "The line has neither output nor error.";
        }

        if (message.Length > 0)
        {
            return $"error {id}: {message}";
        }

        var output = Object(line, "output")!.Value;
        if (id is null || !output.TryGetProperty("recommendedItems", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return Malformed;
        }

        var scores = output.TryGetProperty("scores", out var given) && given.ValueKind == JsonValueKind.Array
            ? given.EnumerateArray().Select(score => score.ValueKind == JsonValueKind.Number ? score.GetRawText() : "").ToList()
            : [];
        var items = list.EnumerateArray().Select(Id).ToList();
        if (items.Contains(null) || scores.Exists(score => score.Length > 255))
        {
            return Malformed;
        }

        var hasTheme = output.TryGetProperty("theme", out var theme) && theme.ValueKind == JsonValueKind.String && theme.GetString()!.Length > 0;
        return Result(id, items.Select((item, place) => $"{item}({scores.ElementAtOrDefault(place)})"), hasTheme ? theme.GetRawText() : "");
    }

    private static string Result(string id, IEnumerable<string> items, string theme) => $"result {id}: {string.Join(' ', items)} {theme}";

    private static JsonElement? Object(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    private static string Message(JsonElement error) => error.ValueKind switch
    {
        JsonValueKind.Null => "",
        JsonValueKind.String => error.GetString()!,
        _ => error.GetRawText(),
    };

    private static string? Id(JsonElement value)
    {
        try
        {
            var id = value.ValueKind switch
            {
                JsonValueKind.String => value.GetString()!,
                JsonValueKind.Number => value.GetRawText(),
                _ => "",
            };
            return id.Length is > 0 and <= 256 ? id : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
