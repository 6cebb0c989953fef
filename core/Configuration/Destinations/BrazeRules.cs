using System.Collections.Frozen;
using System.Text;
using System.Text.Json;

namespace PersonalizeConnectors.Core.Configuration.Destinations;

/// <summary>Braze's rules for <c>/users/track</c> and custom attributes, from its documentation of 2026.</summary>
public sealed class BrazeRules : IDestinationRules
{
    /// <summary>Longest name of an attribute in characters; a newer page of Braze's counts bytes, so both hold.</summary>
    public const int MaxNameLength = 255;

    /// <summary>See <see cref="MaxNameLength"/>.</summary>
    public const int MaxNameBytes = 479;

    /// <summary>Most elements of an array; more are cut off, and which end is not documented.</summary>
    public const int MaxArrayLength = 500;

    /// <summary>Largest array or object, in bytes; beyond it Braze answers success and drops the update.</summary>
    public const int MaxValueBytes = 100 * 1024;

    private static readonly FrozenSet<string> Reserved = FrozenSet.ToFrozenSet(
        [
            "external_id", "user_alias", "alias_name", "alias_label", "braze_id", "email", "phone",
            "first_name", "last_name", "dob", "gender", "country", "language", "home_city", "time_zone", "current_location",
            "date_of_first_session", "date_of_last_session", "email_subscribe", "push_subscribe", "email_open_tracking_disabled",
            "email_click_tracking_disabled", "marked_email_as_spam_at", "subscription_groups", "push_tokens", "facebook", "twitter",
            "image_url", "email_subscription_info",
            "_update_existing_only", "_merge_objects", "push_token_import",
        ],
        StringComparer.Ordinal);

    /// <summary>Keys that make an object a change of what is there instead of a value.</summary>
    private static readonly FrozenSet<string> Operators =
        FrozenSet.ToFrozenSet(["inc", "add", "remove", "$add", "$remove", "$update"], StringComparer.Ordinal);

    private BrazeRules()
    {
    }

    public static BrazeRules Instance { get; } = new();

    public string Type => "braze";

    public string Title => "Braze";

    public IReadOnlySet<string> ReservedAttributes => Reserved;

    public int MaxRecommendations => MaxArrayLength;

    public int MaxTextLength => 255;

    /// <summary>75 over all arrays of a request.</summary>
    public Bounds ObjectsPerRequest => new(1, 75);

    /// <summary>Braze says 4 MB and not which; the larger reading is allowed, the smaller is the default.</summary>
    public Bounds BytesPerRequest => new(1_000, 4 * 1024 * 1024);

    public string? ExpectedName(string attribute)
    {
        if (attribute.Length == 0 || attribute.Trim().Length != attribute.Length)
        {
            return "a name that is not empty and has no spaces around it: Braze removes them";
        }

        return attribute.Length > MaxNameLength || Encoding.UTF8.GetByteCount(attribute) > MaxNameBytes
            ? $"a name of at most {MaxNameLength} characters and {MaxNameBytes} bytes"
            : null;
    }

    public string? ExpectedNestedName(string key) =>
        key.Length is 0 or > MaxNameLength || key.AsSpan().IndexOfAny(" .$") >= 0
            ? $"a key of at most {MaxNameLength} characters without spaces, dots and dollar signs: Braze takes no other inside an object"
            : null;

    public string? ExpectedValue(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object && value.EnumerateObject().Any()
            && value.EnumerateObject().All(property => Operators.Contains(property.Name)))
        {
            return "a value: an operation on the old one would be repeated with every request";
        }

        if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array
            && Encoding.UTF8.GetByteCount(value.GetRawText()) > MaxValueBytes)
        {
            return "a list or object of at most 100 KB";
        }

        return ExpectedInside(value, nested: false);
    }

    private string? ExpectedInside(JsonElement value, bool nested) => value.ValueKind switch
    {
        JsonValueKind.Null when nested => "no null inside a list or object: Braze drops the whole attribute for it",
        JsonValueKind.String when value.GetString()!.Length > MaxTextLength => $"a text of at most {MaxTextLength} characters",
        JsonValueKind.Array when value.GetArrayLength() > MaxArrayLength => $"a list of at most {MaxArrayLength} elements",
        JsonValueKind.Array => value.EnumerateArray().Select(item => ExpectedInside(item, nested: true)).FirstOrDefault(e => e is not null),
        JsonValueKind.Object => value.EnumerateObject()
            .Select(property => ExpectedNestedName(property.Name) ?? ExpectedInside(property.Value, nested: true))
            .FirstOrDefault(e => e is not null),
        _ => null,
    };
}
