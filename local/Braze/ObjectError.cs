namespace PersonalizeConnectors.Local.Braze;

/// <summary>Why one object is refused, in both forms that Braze is known to use. Sentences without a documented code serve as their own.</summary>
internal sealed record ObjectError(string Code, string Sentence)
{
    public static readonly ObjectError NotAnObject = Only("an object is required");
    public static readonly ObjectError IdentifierRequired = Only("'external_id', 'braze_id', 'user_alias', 'email' or 'phone' is required");
    public static readonly ObjectError SeveralPrimaries = Only("You must specify only one of 'external_id', 'user_alias' or 'braze_id'");
    public static readonly ObjectError IdentifierNotText = Only("identifiers must be strings, 'user_alias' an object with 'alias_name' and 'alias_label'");
    public static readonly ObjectError ExternalIdTooLarge = new("EXTERNAL_USER_ID_TOO_LARGE", "'external_id' must be fewer than 988 bytes");
    public static readonly ObjectError Blacklisted = new("BLACKLISTED_EXTERNAL_USER_ID", "provided external_id is blacklisted and disallowed");
    public static readonly ObjectError EmailSubscriptionInfo =
        new("INVALID_ATTRIBUTE_EMAIL_SUBSCRIPTION_INFO", "'email_subscription_info' is not a valid attribute");

    public static readonly ObjectError EmailFormat = new("EMAIL_BAD_FORMAT", "'email' is not valid");
    public static readonly ObjectError EventName = Only("'name' is required");
    public static readonly ObjectError ProductId = Only("'product_id' is required");
    public static readonly ObjectError Quantity = Only("'quantity' is not valid");

    public static readonly ObjectError ArrayOfObjectsOperator =
        Only("the simulator does not know '$add', '$remove' and '$update': send the whole array");

    public string Text(ErrorTexts form) => form == ErrorTexts.Codes ? Code : Sentence;

    private static ObjectError Only(string sentence) => new(sentence, sentence);
}
