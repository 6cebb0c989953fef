using System.Runtime.InteropServices;
using System.Text.Json;

namespace PersonalizeConnectors.Local.Braze;

/// <summary>Finds the user of an object, or the reason to refuse it.</summary>
internal sealed class ObjectChecks(ProfileStore store)
{
    public UserObject Check(JsonElement element, InputArray array, int index, BrazeSettings settings)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return new(element, array, index, null, ObjectError.NotAnObject, false, false);
        }

        var keys = Keys.Of(element);
        var error = keys.Problem ?? Content(element, array);
        var profile = error is null ? Find(keys, settings, out error) : null;
        var updateExistingOnly = keys.UpdateExistingOnly ?? keys.Alias.ValueKind == JsonValueKind.Object;
        return new(element, array, index, profile, error, updateExistingOnly, keys.MergeObjects);
    }

    private static ObjectError? Content(JsonElement element, InputArray array) => array switch
    {
        InputArray.Attributes when UsesArrayOfObjectsOperator(element) => ObjectError.ArrayOfObjectsOperator,
        InputArray.Events when !IsText(element, "name") => ObjectError.EventName,
        InputArray.Purchases when !IsText(element, "product_id") => ObjectError.ProductId,
        InputArray.Purchases when element.TryGetProperty("quantity", out var quantity) && !IsQuantity(quantity) => ObjectError.Quantity,
        _ => null,
    };

    private static bool UsesArrayOfObjectsOperator(JsonElement element)
    {
        foreach (var property in element.EnumerateObject())
        {
            if (ValueOperations.Of(property.Value) == ValueOperation.ArrayOfObjects)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsText(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString()!.Length > 0;

    private static bool IsQuantity(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number is > 0 and <= 100;

    private Profile? Find(in Keys keys, BrazeSettings settings, out ObjectError? error)
    {
        error = null;
        if (Keys.IsGiven(keys.ExternalId))
        {
            return FindExternal(keys.ExternalId, settings, out error);
        }

        if (Keys.IsGiven(keys.Alias))
        {
            if (!IsText(keys.Alias, "alias_name") || !IsText(keys.Alias, "alias_label"))
            {
                error = ObjectError.IdentifierNotText;
                return null;
            }

            var alias = UserIdentity.Alias(keys.Alias.GetProperty("alias_label").GetString()!, keys.Alias.GetProperty("alias_name").GetString()!);
            return store.Place(alias.Kind, alias.Key);
        }

        var (kind, value) = Keys.IsGiven(keys.BrazeId) ? (IdentifierKind.BrazeId, keys.BrazeId)
            : Keys.IsGiven(keys.Email) ? (IdentifierKind.Email, keys.Email)
            : (IdentifierKind.Phone, keys.Phone);
        return store.Place(kind, value.GetString());
    }

    private Profile? FindExternal(JsonElement id, BrazeSettings settings, out ObjectError? error)
    {
        var raw = JsonMarshal.GetRawUtf8Value(id)[1..^1];
        if (raw.IndexOf((byte)'\\') < 0 && raw.Length <= settings.Limits.MaxExternalIdBytes && raw.Length <= 1024)
        {
            Span<char> chars = stackalloc char[1024];
            var text = chars[..System.Text.Encoding.UTF8.GetChars(raw, chars)];
            error = settings.BlacklistedExternalIds.Count > 0 && settings.BlacklistedExternalIds.Contains(text.ToString()) ? ObjectError.Blacklisted : null;
            return error is null ? store.Place(IdentifierKind.ExternalId, text) : null;
        }

        var decoded = id.GetString()!;
        error = System.Text.Encoding.UTF8.GetByteCount(decoded) > settings.Limits.MaxExternalIdBytes ? ObjectError.ExternalIdTooLarge
            : settings.BlacklistedExternalIds.Contains(decoded) ? ObjectError.Blacklisted
            : null;
        return error is null ? store.Place(IdentifierKind.ExternalId, decoded) : null;
    }

    /// <summary>Identifiers and control keys of one object, found in one pass.</summary>
    private readonly record struct Keys
    {
        public JsonElement ExternalId { get; private init; }

        public JsonElement Alias { get; private init; }

        public JsonElement BrazeId { get; private init; }

        public JsonElement Email { get; private init; }

        public JsonElement Phone { get; private init; }

        public bool? UpdateExistingOnly { get; private init; }

        public bool MergeObjects { get; private init; }

        public ObjectError? Problem { get; private init; }

        public static Keys Of(JsonElement element)
        {
            JsonElement externalId = default, alias = default, brazeId = default, email = default, phone = default;
            bool? updateExistingOnly = null;
            var (merge, subscriptionInfo) = (false, false);
            foreach (var property in element.EnumerateObject())
            {
                var name = JsonMarshal.GetRawUtf8PropertyName(property);
                if (name.SequenceEqual("external_id"u8))
                {
                    externalId = property.Value;
                }
                else if (name.SequenceEqual("user_alias"u8))
                {
                    alias = property.Value;
                }
                else if (name.SequenceEqual("braze_id"u8))
                {
                    brazeId = property.Value;
                }
                else if (name.SequenceEqual("email"u8))
                {
                    email = property.Value;
                }
                else if (name.SequenceEqual("phone"u8))
                {
                    phone = property.Value;
                }
                else if (name.SequenceEqual("_update_existing_only"u8))
                {
                    updateExistingOnly = property.Value.ValueKind == JsonValueKind.True;
                }
                else if (name.SequenceEqual("_merge_objects"u8))
                {
                    merge = property.Value.ValueKind == JsonValueKind.True;
                }
                else if (name.SequenceEqual("email_subscription_info"u8))
                {
                    subscriptionInfo = true;
                }
            }

            return new()
            {
                ExternalId = externalId,
                Alias = alias,
                BrazeId = brazeId,
                Email = email,
                Phone = phone,
                UpdateExistingOnly = updateExistingOnly,
                MergeObjects = merge,
                Problem = subscriptionInfo ? ObjectError.EmailSubscriptionInfo : IdentifierProblem(externalId, alias, brazeId, email, phone),
            };
        }

        private static ObjectError? IdentifierProblem(JsonElement externalId, JsonElement alias, JsonElement brazeId, JsonElement email, JsonElement phone)
        {
            var primaries = (IsGiven(externalId) ? 1 : 0) + (IsGiven(alias) ? 1 : 0) + (IsGiven(brazeId) ? 1 : 0);
            if (primaries > 1)
            {
                return ObjectError.SeveralPrimaries;
            }

            if (primaries == 0 && !IsGiven(email) && !IsGiven(phone))
            {
                return ObjectError.IdentifierRequired;
            }

            if (!IsTextOrAbsent(externalId) || !IsTextOrAbsent(brazeId) || !IsTextOrAbsent(email) || !IsTextOrAbsent(phone)
                || (IsGiven(alias) && alias.ValueKind != JsonValueKind.Object))
            {
                return ObjectError.IdentifierNotText;
            }

            return IsGiven(email) && !email.GetString()!.Contains('@', StringComparison.Ordinal) ? ObjectError.EmailFormat : null;
        }

        // An identifier that is null or "" is none.
        public static bool IsGiven(JsonElement value) =>
            value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null)
            && !(value.ValueKind == JsonValueKind.String && value.ValueEquals(""u8));

        private static bool IsTextOrAbsent(JsonElement value) => !IsGiven(value) || value.ValueKind == JsonValueKind.String;
    }
}
