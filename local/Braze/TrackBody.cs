using System.Text.Json;
using System.Text.Unicode;

namespace PersonalizeConnectors.Local.Braze;

/// <summary>A parsed request body. Holds the bytes it was made of.</summary>
internal sealed class TrackBody : IDisposable
{
    private static readonly string[] ArrayNames = ["attributes", "events", "purchases"];

    private readonly JsonDocument _document;
    private readonly JsonElement[] _arrays;

    private TrackBody(JsonDocument document, JsonElement[] arrays, ReadOnlyMemory<byte> bytes)
    {
        _document = document;
        _arrays = arrays;
        Bytes = bytes;
        Objects = [];
    }

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>In the order in which they are applied; filled by <see cref="Check"/>.</summary>
    public IReadOnlyList<UserObject> Objects { get; private set; }

    public int ObjectCount => _arrays.Sum(Length);

    /// <summary>Null: not a JSON object with arrays where arrays belong.</summary>
    public static TrackBody? Parse(ReadOnlyMemory<byte> bytes)
    {
        JsonDocument? document = null;
        try
        {
            if (!Utf8.IsValid(bytes.Span))
            {
                return null;
            }

            document = JsonDocument.Parse(bytes);
            if (document.RootElement.ValueKind == JsonValueKind.Object && Arrays(document.RootElement) is { } arrays)
            {
                var body = new TrackBody(document, arrays, bytes);
                document = null;
                return body;
            }

            return null;
        }
        catch (JsonException)
        {
            return null;
        }
        finally
        {
            document?.Dispose();
        }
    }

    public bool Has(InputArray array) => _arrays[(int)array].ValueKind == JsonValueKind.Array;

    public bool IsTooLong(BrazeLimits limits) =>
        limits.PerArray ? _arrays.Any(array => Length(array) > limits.MaxObjects) : ObjectCount > limits.MaxObjects;

    public void Check(ObjectChecks checks, BrazeSettings settings)
    {
        var objects = new List<UserObject>(ObjectCount);
        for (var array = InputArray.Attributes; array <= InputArray.Purchases; array++)
        {
            if (Has(array))
            {
                var index = 0;
                foreach (var element in _arrays[(int)array].EnumerateArray())
                {
                    objects.Add(checks.Check(element, array, index++, settings));
                }
            }
        }

        Objects = objects;
    }

    public IReadOnlyList<string> ExternalIds() =>
        [.. Objects.Where(o => o.Profile is { Identity.Kind: IdentifierKind.ExternalId }).Select(o => o.Profile!.Identity.Key)];

    public void Dispose() => _document.Dispose();

    private static int Length(JsonElement array) => array.ValueKind == JsonValueKind.Array ? array.GetArrayLength() : 0;

    private static JsonElement[]? Arrays(JsonElement root)
    {
        var arrays = new JsonElement[ArrayNames.Length];
        for (var i = 0; i < arrays.Length; i++)
        {
            if (root.TryGetProperty(ArrayNames[i], out arrays[i]) && arrays[i].ValueKind is not (JsonValueKind.Array or JsonValueKind.Null))
            {
                return null;
            }
        }

        return arrays;
    }
}
