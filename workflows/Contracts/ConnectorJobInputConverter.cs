using System.Text.Json;
using System.Text.Json.Serialization;

namespace PersonalizeConnectors.Workflows.Contracts;

/// <summary>
/// Reads any JSON as a run's input. A converter that throws makes a workflow task fail and be tried again for ever, so what is not of
/// its type is kept in <see cref="ConnectorJobInput.Malformed"/>, for the workflow to refuse by name.
/// </summary>
public sealed class ConnectorJobInputConverter : JsonConverter<ConnectorJobInput>
{
    public override ConnectorJobInput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var element = JsonElement.ParseValue(ref reader);
        if (element.ValueKind != JsonValueKind.Object)
        {
            return new() { Malformed = [$"the input is {Kind(element)}; expected an object"] };
        }

        return Read(element.Deserialize<Loose>(options)!);
    }

    public override void Write(Utf8JsonWriter writer, ConnectorJobInput value, JsonSerializerOptions options)
    {
        var loose = new Loose
        {
            JobPath = Element(value.JobPath),
            FullResync = Element(value.FullResync),
            Users = Element(value.Users),
            Limit = Element(value.Limit),
            OverrideGuards = Element(value.OverrideGuards),
            Unknown = value.Unknown,
        };
        JsonSerializer.Serialize(writer, loose, options);
    }

    private static ConnectorJobInput Read(Loose loose)
    {
        var malformed = new List<string>();
        return new()
        {
            JobPath = Text("jobPath", loose.JobPath, malformed),
            FullResync = Flag("fullResync", loose.FullResync, malformed),
            Users = Texts("users", loose.Users, malformed),
            Limit = Whole("limit", loose.Limit, malformed),
            OverrideGuards = Flag("overrideGuards", loose.OverrideGuards, malformed),
            Unknown = loose.Unknown,
            Malformed = malformed,
        };
    }

    private static string? Text(string name, JsonElement? given, List<string> malformed)
    {
        if (Absent(given))
        {
            return null;
        }

        if (given is not { ValueKind: JsonValueKind.String } text)
        {
            malformed.Add($"{name} is {Kind(given!.Value)}; expected text");
            return null;
        }

        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, escaped: JSON allows it, text does not.
            malformed.Add($"{name} is no valid text");
            return null;
        }
    }

    private static List<string>? Texts(string name, JsonElement? given, List<string> malformed)
    {
        if (Absent(given))
        {
            return null;
        }

        if (given is not { ValueKind: JsonValueKind.Array } list)
        {
            malformed.Add($"{name} is {Kind(given!.Value)}; expected a list of texts");
            return null;
        }

        var texts = new List<string>();
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Null)
            {
                malformed.Add($"{name}[{texts.Count}] is null; expected text");
            }

            texts.Add(Text($"{name}[{texts.Count}]", item, malformed) ?? "");
        }

        return texts;
    }

    private static bool? Flag(string name, JsonElement? given, List<string> malformed)
    {
        if (Absent(given))
        {
            return null;
        }

        if (given is { ValueKind: JsonValueKind.True or JsonValueKind.False } flag)
        {
            return flag.GetBoolean();
        }

        malformed.Add($"{name} is {Kind(given!.Value)}; expected true or false");
        return null;
    }

    private static long? Whole(string name, JsonElement? given, List<string> malformed)
    {
        if (Absent(given))
        {
            return null;
        }

        if (given is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var whole))
        {
            return whole;
        }

        malformed.Add($"{name} is {Kind(given!.Value)}; expected a whole number");
        return null;
    }

    private static bool Absent(JsonElement? given) => given is null or { ValueKind: JsonValueKind.Null };

    private static JsonElement? Element<T>(T? value) => value is null ? null : JsonSerializer.SerializeToElement(value);

    private static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "text",
        JsonValueKind.Number => element.TryGetInt64(out _) ? "a number" : "no whole number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    };

    private sealed class Loose
    {
        public JsonElement? JobPath { get; set; }

        public JsonElement? FullResync { get; set; }

        public JsonElement? Users { get; set; }

        public JsonElement? Limit { get; set; }

        public JsonElement? OverrideGuards { get; set; }

        [JsonExtensionData]
        public IDictionary<string, JsonElement>? Unknown { get; set; }
    }
}
