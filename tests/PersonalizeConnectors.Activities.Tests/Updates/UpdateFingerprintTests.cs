using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Tests.Updates;

/// <summary>What sends a user again, and what does not; through Decorate and Delta, as a run does it.</summary>
public sealed class UpdateFingerprintTests
{
    public static TheoryData<string, bool> Settings => new()
    {
        { "type", true }, { "prefix", true }, { "shape", true }, { "fields", true }, { "no fields", true }, { "otherAttributes", true },
        { "otherAttributes' value", true }, { "includeScores", true }, { "updateExistingOnly", true }, { "identifier", true }, { "aliasLabel", true },
        { "rates", false }, { "limits", false }, { "onRemoved", false }, { "prefix is set", false }, { "name", false },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Of_ChangedSetting_MattersWhereItReachesTheDestination(string setting, bool matters)
    {
        var before = new ConnectorConfiguration
        {
            Name = TestRun.Connector,
            Type = "braze",
            ItemMetadataFields = ["name"],
            OtherAttributes = [new("a", "1")],
            Identifier = UserIdentifier.UserAlias,
            AliasLabel = "label",
        };
        var after = setting switch
        {
            "type" => before with { Type = "webhook" },
            "prefix" => before with { AttributePrefix = "recs_" },
            "shape" => before with { AttributeShape = AttributeShape.ArrayOfObjects },
            "fields" => before with { ItemMetadataFields = ["name", "absent"] },
            "no fields" => before with { ItemMetadataFields = null },
            "otherAttributes" => before with { OtherAttributes = [] },
            "otherAttributes' value" => before with { OtherAttributes = [new("a", "2")] },
            "includeScores" => before with { IncludeScores = true },
            "updateExistingOnly" => before with { UpdateExistingOnly = true },
            "identifier" => before with { Identifier = UserIdentifier.ExternalId },
            "aliasLabel" => before with { AliasLabel = "other" },
            "rates" => before with { RequestsPerSecond = 1, RequestsPerHour = 5, MaxBytesPerRequest = 9, MaxObjectsPerRequest = 3, Delivery = DeliveryMode.Queue },
            "limits" => before with { MaxRecommendations = 2, MinScore = 0.1, UnknownItems = UnknownItems.Keep, Combine = Combine.First },
            "onRemoved" => before with { OnRemoved = OnRemoved.Clear, ResendAfterDays = 3 },
            "prefix is set" => before with { AttributePrefixIsSet = true },
            _ => before,
        };
        Assert.Equal(matters, await FingerprintAsync(before) != await FingerprintAsync(after));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task Of_ChangedScore_MattersWhereItIsSent(bool includeScores, bool matters)
    {
        var settings = new ConnectorConfiguration { Name = TestRun.Connector, Type = "braze", IncludeScores = includeScores };
        Assert.Equal(matters, await FingerprintAsync(settings, scores: ["0.5", "0.4"]) != await FingerprintAsync(settings, scores: ["0.50", "0.4"]));
    }

    [Fact]
    public async Task Of_ListOfIds_ScoresAndQueryItemsNeverMatter()
    {
        var without = new ConnectorConfiguration { Name = TestRun.Connector, Type = "braze", AttributeShape = AttributeShape.ItemIds };
        var with = without with { IncludeScores = true, IncludeQueryItems = true };
        Assert.Equal(await FingerprintAsync(with), await FingerprintAsync(with, scores: ["0.50", "0.4"]));
        Assert.Equal(await FingerprintAsync(without), await FingerprintAsync(with));
    }

    [Theory]
    [InlineData("""{"id":"a","name":"Tent!"}""", true)]
    [InlineData("""{"id":"a","name":"Tent","price":2}""", false)]
    [InlineData("""{"price":7,"id":"a",  "name":"Tent"}""", false)]
    public async Task Of_ChangedMetadata_MattersWhereItIsSent(string changed, bool matters)
    {
        var settings = new ConnectorConfiguration { Name = TestRun.Connector, Type = "braze", ItemMetadataFields = ["name"] };
        Assert.Equal(matters, await FingerprintAsync(settings) != await FingerprintAsync(settings, metadata: changed));
    }

    [Fact]
    public async Task Of_OrderOfItems_Matters()
    {
        var settings = new ConnectorConfiguration { Name = TestRun.Connector, Type = "braze" };
        Assert.NotEqual(await FingerprintAsync(settings), await FingerprintAsync(settings, items: ["b", "a"]));
        Assert.Equal(await FingerprintAsync(settings), await FingerprintAsync(settings));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task Of_QueryItem_MattersWhereItIsSent(bool includeQueryItems, bool matters)
    {
        Assert.Equal(matters, await OfQueryItemAsync("q1") != await OfQueryItemAsync("q2"));

        async Task<Fingerprint> OfQueryItemAsync(string query)
        {
            using var run = new TestRun { ItemKeyed = true };
            run.Settings = run.Settings with { IncludeQueryItems = includeQueryItems };
            await run.WriteTableAsync(new TestLine(query, ["a"]));
            await run.AddMappingAsync(("u", query));
            await run.DeltaAsync();
            return Assert.Single(await run.UpdatesAsync()).Fingerprint;
        }
    }

    private static async Task<Fingerprint> FingerprintAsync(
        ConnectorConfiguration settings, string metadata = """{"id":"a","name":"Tent","price":1}""", string[]? items = null, string[]? scores = null)
    {
        using var run = new TestRun { Settings = settings };
        await run.AddMetadataAsync("a.json", metadata + "\n{\"id\":\"b\"}");
        await run.AddChunkAsync(new TestLine("u", items ?? ["a", "b"], scores ?? ["0.5", "0.4"]));
        await run.DeltaAsync();
        return Assert.Single(await run.UpdatesAsync()).Fingerprint;
    }
}
