using PersonalizeConnectors.Local.Braze;

namespace PersonalizeConnectors.Local.Tests.Braze;

public sealed class ObjectErrorTests
{
    public static TheoryData<string, string, string> Refused { get; } = new()
    {
        { "1", "an object is required", "an object is required" },
        { """{"a":1}""", "'external_id', 'braze_id', 'user_alias', 'email' or 'phone' is required", "'external_id', 'braze_id', 'user_alias', 'email' or 'phone' is required" },
        { """{"external_id":"","a":1}""", "'external_id', 'braze_id', 'user_alias', 'email' or 'phone' is required", "'external_id', 'braze_id', 'user_alias', 'email' or 'phone' is required" },
        { """{"external_id":"u","braze_id":"b"}""", "You must specify only one of 'external_id', 'user_alias' or 'braze_id'", "You must specify only one of 'external_id', 'user_alias' or 'braze_id'" },
        { """{"external_id":"u","user_alias":{"alias_name":"n","alias_label":"l"}}""", "You must specify only one of 'external_id', 'user_alias' or 'braze_id'", "You must specify only one of 'external_id', 'user_alias' or 'braze_id'" },
        { """{"external_id":17,"a":1}""", "identifiers must be strings, 'user_alias' an object with 'alias_name' and 'alias_label'", "identifiers must be strings, 'user_alias' an object with 'alias_name' and 'alias_label'" },
        { """{"user_alias":{"alias_name":"n"}}""", "identifiers must be strings, 'user_alias' an object with 'alias_name' and 'alias_label'", "identifiers must be strings, 'user_alias' an object with 'alias_name' and 'alias_label'" },
        { $$"""{"external_id":"{{new string('x', 988)}}"}""", "'external_id' must be fewer than 988 bytes", "EXTERNAL_USER_ID_TOO_LARGE" },
        { $$"""{"external_id":"{{new string('é', 494)}}"}""", "'external_id' must be fewer than 988 bytes", "EXTERNAL_USER_ID_TOO_LARGE" },
        { """{"external_id":"dummy"}""", "provided external_id is blacklisted and disallowed", "BLACKLISTED_EXTERNAL_USER_ID" },
        { """{"external_id":"\u0064ummy"}""", "provided external_id is blacklisted and disallowed", "BLACKLISTED_EXTERNAL_USER_ID" },
        { """{"external_id":"u","email_subscription_info":{}}""", "'email_subscription_info' is not a valid attribute", "INVALID_ATTRIBUTE_EMAIL_SUBSCRIPTION_INFO" },
        { """{"external_id":"u","email":"nobody"}""", "'email' is not valid", "EMAIL_BAD_FORMAT" },
        { """{"external_id":"u","a":{"$add":[{"id":1}]}}""", "the simulator does not know '$add', '$remove' and '$update': send the whole array", "the simulator does not know '$add', '$remove' and '$update': send the whole array" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Track_BadObjectAmongGood_IsReportedAtItsIndex(string bad, string sentence, string code)
    {
        await using var workspace = await Workspace.StartAsync(new() { BlacklistedExternalIds = ["dummy"] });

        var (status, body) = await workspace.TrackAsync("""{"external_id":"first","a":1}""", bad, """{"external_id":"last","a":1}""");

        Assert.Equal(201, status);
        Assert.Equal(2, (int)body["attributes_processed"]!);
        var error = Assert.Single(body["errors"]!.AsArray())!;
        Assert.Equal(sentence, (string)error["type"]!);
        Assert.Equal("attributes", (string)error["input_array"]!);
        Assert.Equal(1, (int)error["index"]!);
        Assert.Equal(["first", "last"], workspace.Simulator.Profiles.All().Select(p => p.Identity.Key));

        workspace.Simulator.Settings = workspace.Simulator.Settings with { ErrorTexts = ErrorTexts.Codes };
        var (_, coded) = await workspace.TrackAsync(bad, """{"external_id":"last","a":1}""");
        Assert.Equal(code, (string)coded["errors"]![0]!["type"]!);
    }

    [Fact]
    public async Task Track_OnlyBadObjects_AnswersBadRequestWithAllErrors()
    {
        await using var workspace = await Workspace.StartAsync();

        var (status, body) = await workspace.TrackAsync("""{"a":1}""", "{}");

        Assert.Equal(400, status);
        Assert.Equal("Valid data must be provided in the 'attributes', 'events', or 'purchases' fields.", (string)body["message"]!);
        Assert.Equal([0, 1], body["errors"]!.AsArray().Select(e => (int)e!["index"]!));
    }

    [Fact]
    public async Task Track_NoObjects_AnswersBadRequest()
    {
        await using var workspace = await Workspace.StartAsync();

        var (status, _) = await workspace.TrackAsync();

        Assert.Equal(400, status);
    }

    [Fact]
    public async Task Track_LongestExternalId_IsAccepted()
    {
        await using var workspace = await Workspace.StartAsync();
        var id = new string('é', 493) + "x";

        var (status, _) = await workspace.TrackAsync($$"""{"external_id":"{{id}}","a":1}""");

        Assert.Equal(201, status);
        Assert.NotNull(workspace.Simulator.Profiles.Find(id));
    }

    [Fact]
    public async Task Track_LoneSurrogateInIdentifier_AnswersSyntaxError()
    {
        await using var workspace = await Workspace.StartAsync();

        var (status, _) = await workspace.TrackAsync("""{"external_id":"\ud800","a":1}""");

        Assert.Equal(400, status);
    }

    [Fact]
    public async Task Track_SecondaryIdentifiers_AreUsedOnlyWithoutPrimary()
    {
        await using var workspace = await Workspace.StartAsync();

        await workspace.TrackAsync("""{"external_id":"u","email":"u@example.com"}""", """{"email":"v@example.com","phone":"+1","a":1}""", """{"phone":"+2","a":1}""");

        var profiles = workspace.Simulator.Profiles;
        Assert.Equal("\"u@example.com\"", profiles.Find("u")!["email"]);
        Assert.NotNull(profiles.Find(new UserIdentity(IdentifierKind.Email, "v@example.com")));
        Assert.NotNull(profiles.Find(new UserIdentity(IdentifierKind.Phone, "+2")));
        Assert.Equal(3, profiles.Count);
    }
}
