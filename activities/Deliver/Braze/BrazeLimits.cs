using System.Collections.Frozen;

namespace PersonalizeConnectors.Activities.Deliver.Braze;

/// <summary>What Braze takes, as its documentation says (September 2026).</summary>
internal static class BrazeLimits
{
    /// <summary>Objects in one request, over all its arrays; more is refused as a whole.</summary>
    public const int Objects = 75;

    /// <summary>Bytes of an external id in UTF-8.</summary>
    public const int ExternalIdBytes = 987;

    /// <summary>Characters of an attribute's name, and of a key inside an object.</summary>
    public const int NameCharacters = 255;

    /// <summary>Bytes of an attribute's name; newer pages cut it there.</summary>
    public const int NameBytes = 479;

    /// <summary>Characters of a string: an attribute's, a list element's, one inside an object.</summary>
    public const int StringCharacters = 255;

    /// <summary>Elements of a list of plain values.</summary>
    public const int ListElements = 500;

    /// <summary>Bytes of a list or an object; a larger one is dropped without a word.</summary>
    public const int ValueBytes = 100 * 1024;

    /// <summary>Names that mean something else than a custom attribute: identifiers, profile fields, control keys.</summary>
    public static FrozenSet<string> ReservedNames { get; } = FrozenSet.ToFrozenSet(
        [
            "external_id", "user_alias", "alias_name", "alias_label", "braze_id", "email", "phone",
            "first_name", "last_name", "dob", "gender", "country", "language", "home_city", "time_zone", "current_location",
            "date_of_first_session", "date_of_last_session", "email_subscribe", "push_subscribe", "email_open_tracking_disabled",
            "email_click_tracking_disabled", "marked_email_as_spam_at", "subscription_groups", "push_tokens", "facebook", "twitter",
            "email_subscription_info", "_update_existing_only", "_merge_objects", "push_token_import",
        ],
        StringComparer.Ordinal);
}
