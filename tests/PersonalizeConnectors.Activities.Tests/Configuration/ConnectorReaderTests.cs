using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Activities.Tests.Configuration;

public sealed class ConnectorReaderTests
{
    [Fact]
    public void Read_Empty_HasTheDocumentedDefaults()
    {
        var connector = Config.ReadConnector("");

        Assert.Equal("recommendation_", connector.AttributePrefix);
        Assert.False(connector.AttributePrefixIsSet);
        Assert.Null(connector.ItemMetadataFields);
        Assert.Null(connector.MaxRecommendations);
        Assert.Null(connector.ResendAfterDays);
        Assert.Equal((75, 4_000_000, 1000d), (connector.MaxObjectsPerRequest, connector.MaxBytesPerRequest, connector.RequestsPerSecond));
        Assert.Equal(TimeSpan.FromMinutes(15), connector.DeliveryPatience);
        Assert.Equal(
            (AttributeShape.ParallelArrays, Combine.Interleave, UnknownItems.Drop, OnRemoved.Keep, UserIdentifier.ExternalId, DeliveryMode.Direct),
            (connector.AttributeShape, connector.Combine, connector.UnknownItems, connector.OnRemoved, connector.Identifier, connector.Delivery));
    }

    [Fact]
    public void Read_EveryKey_IsTaken()
    {
        var connector = Config.ReadConnector("""
            "type": "braze", "performDeltaCheck": false, "itemMetadataFields": ["name"], "attributePrefix": "", "otherAttributes": { "a": 1 },
            "attributeShape": "arrayOfObjects", "maxRecommendations": 500, "minScore": -1.5e-3, "includeScores": true, "includeQueryItems": true,
            "combine": "first", "unknownItems": "keep", "onRemoved": "clear", "updateExistingOnly": true, "identifier": "user_alias",
            "aliasLabel": "crm", "resendAfterDays": 7, "maxObjectsPerRequest": 10, "maxBytesPerRequest": 1000, "requestsPerSecond": 0.5,
            "requestsPerHour": 100, "deliveryPatience": 60, "queue": { "url": "https://sqs/1/q", "name": "q" }, "delivery": "queue"
            """);

        var expected = new ConnectorConfiguration
        {
            Name = "braze",
            Type = "braze",
            PerformDeltaCheck = false,
            ItemMetadataFields = connector.ItemMetadataFields,
            AttributePrefix = "",
            AttributePrefixIsSet = true,
            OtherAttributes = connector.OtherAttributes,
            AttributeShape = AttributeShape.ArrayOfObjects,
            MaxRecommendations = 500,
            MinScore = -0.0015,
            IncludeScores = true,
            IncludeQueryItems = true,
            Combine = Combine.First,
            UnknownItems = UnknownItems.Keep,
            OnRemoved = OnRemoved.Clear,
            UpdateExistingOnly = true,
            Identifier = UserIdentifier.UserAlias,
            AliasLabel = "crm",
            ResendAfterDays = 7,
            MaxObjectsPerRequest = 10,
            MaxBytesPerRequest = 1000,
            RequestsPerSecond = 0.5,
            RequestsPerHour = 100,
            DeliveryPatience = TimeSpan.FromMinutes(1),
            Delivery = DeliveryMode.Queue,
            QueueUrl = "https://sqs/1/q",
            QueueName = "q",
        };
        Assert.Equal(expected, connector);
        Assert.Equal(["name"], connector.ItemMetadataFields!);
        Assert.Equal([KeyValuePair.Create("a", "1")], connector.OtherAttributes);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("\"updateExistingOnly\": true", 30)]
    [InlineData("\"updateExistingOnly\": true, \"resendAfterDays\": null", null)]
    [InlineData("\"updateExistingOnly\": true, \"resendAfterDays\": 3", 3)]
    [InlineData("\"updateExistingOnly\": false, \"resendAfterDays\": 3", 3)]
    public void Read_ResendAfterDays_DependsOnUpdateExistingOnly(string keys, int? expected) =>
        Assert.Equal(expected, Config.ReadConnector(keys).ResendAfterDays);

    [Theory]
    [InlineData("\"deliveryPatience\": 90", 90)]
    [InlineData("\"deliveryPatience\": 0.5", 0.5)]
    [InlineData("\"deliveryPatience\": \"00:15:30\"", 930)]
    [InlineData("\"deliveryPatience\": \"168:00:00\"", 604800)]
    public void Read_DeliveryPatience_IsSecondsOrADuration(string keys, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Config.ReadConnector(keys).DeliveryPatience);

    [Theory]
    [InlineData("-1")]
    [InlineData("\"15m\"")]
    [InlineData("\"00:60:00\"")]
    [InlineData("\"169:00:00\"")]
    [InlineData("1e300")]
    [InlineData("null")]
    public void Read_OtherDeliveryPatience_IsRefused(string value) =>
        Assert.Equal("$.connectors.braze.deliveryPatience", Config.Problem(Config.Connector($"\"deliveryPatience\": {value}")).Path);

    [Theory]
    [InlineData("\"itemMetadataFields\": \"name\"", "itemMetadataFields")]
    [InlineData("\"itemMetadataFields\": [\"a\", \" \"]", "itemMetadataFields[1]")]
    [InlineData("\"itemMetadataFields\": [\"a\", 1]", "itemMetadataFields[1]")]
    [InlineData("\"itemMetadataFields\": [\"a\", \" a \"]", "itemMetadataFields[1]")]
    [InlineData("\"itemMetadataFields\": [\"itemId\"]", "itemMetadataFields[0]")]
    [InlineData("\"itemMetadataFields\": [\"score\"], \"includeScores\": true", "itemMetadataFields[0]")]
    [InlineData("\"itemMetadataFields\": [\"product name\"], \"attributeShape\": \"arrayOfObjects\"", "itemMetadataFields[0]")]
    [InlineData("\"itemMetadataFields\": [\"email\"], \"attributePrefix\": \"\"", "itemMetadataFields[0]")]
    [InlineData("\"attributePrefix\": 1", "attributePrefix")]
    [InlineData("\"attributePrefix\": \" a\"", "attributePrefix")]
    [InlineData("\"minScore\": 1e999", "minScore")]
    [InlineData("\"maxRecommendations\": 501", "maxRecommendations")]
    [InlineData("\"maxRecommendations\": 0", "maxRecommendations")]
    [InlineData("\"maxObjectsPerRequest\": 76", "maxObjectsPerRequest")]
    [InlineData("\"maxBytesPerRequest\": 4194305", "maxBytesPerRequest")]
    [InlineData("\"requestsPerSecond\": 0", "requestsPerSecond")]
    [InlineData("\"requestsPerHour\": 0.5", "requestsPerHour")]
    [InlineData("\"identifier\": \"email\"", "identifier")]
    [InlineData("\"identifier\": \"user_alias\"", "aliasLabel")]
    [InlineData("\"identifier\": \"user_alias\", \"aliasLabel\": null", "aliasLabel")]
    [InlineData("\"aliasLabel\": \"crm\"", "aliasLabel")]
    [InlineData("\"queue\": { \"url\": \"sqs\" }", "queue.url")]
    [InlineData("\"queue\": { \"uri\": null }", "queue.uri")]
    [InlineData("\"delivery\": \"Direct\"", "delivery")]
    [InlineData("\"type\": \"webhooks\"", "type")]
    [InlineData("\"type\": 3", "type")]
    public void Read_WrongValue_IsTheOneProblem(string keys, string path)
    {
        var problem = Config.Problem(Config.Connector(keys));

        Assert.Equal(("$.connectors.braze." + path, Severity.Error), (problem.Path, problem.Severity));
    }

    [Fact]
    public void Read_PrefixAsLongAsANameMayBe_IsRefused() =>
        Assert.Equal("$.connectors.braze.attributePrefix", Config.Problem(Config.Connector($"\"attributePrefix\": \"{new string('p', 250)}\"")).Path);

    [Theory]
    [InlineData("braz", "braze")]
    [InlineData("mailchimp", null)]
    public void Read_UnknownDestination_NamesTheKnown(string name, string? nearest)
    {
        var problem = Config.Problem($$"""{ "batchInferencePath": "b", "connectors": { "{{name}}": {} } }""");

        Assert.Equal(("$.connectors." + name, nearest), (problem.Path, problem.Nearest));
        Assert.Contains("\"braze\"", problem.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TwoConnectorsOfOneType_Work()
    {
        var result = Config.Read("""{ "batchInferencePath": "b", "connectors": { "eu": { "type": "braze" }, "us": { "type": "braze" } } }""");

        Assert.Equal([("eu", "braze"), ("us", "braze")], result.Configuration!.Connectors.Select(c => (c.Name, c.Type)));
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("a b")]
    public void Read_NameThatIsNoFolder_IsRefused(string name) =>
        Assert.Contains("folder", Config.Problem($$"""{ "batchInferencePath": "b", "connectors": { "{{name}}": { "type": "braze" } } }""").Expected, StringComparison.Ordinal);

    [Fact]
    public void Read_NamesThatDifferInCase_AreRefused() =>
        Assert.Equal("$.connectors.Eu", Config.Problem("""{ "batchInferencePath": "b", "connectors": { "eu": { "type": "braze" }, "Eu": { "type": "braze" } } }""").Path);

    [Theory]
    [InlineData("\"itemMetadataFields\": []")]
    [InlineData("\"itemMetadataFields\": null")]
    public void Read_NoFields_MeansEveryField(string keys) => Assert.Null(Config.ReadConnector(keys).ItemMetadataFields);

    [Fact]
    public void Read_IdAsField_IsAllowed() => Assert.Equal(["id"], Config.ReadConnector("\"itemMetadataFields\": [\"id\"]").ItemMetadataFields!);

    [Theory]
    [InlineData("\"includeScores\": true, \"attributeShape\": \"itemIds\"", "includeScores")]
    [InlineData("\"includeQueryItems\": true, \"attributeShape\": \"itemIds\"", "includeQueryItems")]
    [InlineData("\"includeQueryItems\": true", "includeQueryItems")]
    [InlineData("\"updateExistingOnly\": true, \"resendAfterDays\": null", "resendAfterDays")]
    public void Read_SettingWithAnEffectNobodyWants_IsAWarning(string keys, string path)
    {
        var result = Config.Read(Config.Connector(keys));

        Assert.True(result.IsValid);
        Assert.Equal(("$.connectors.braze." + path, Severity.Warning), (result.Problems[0].Path, result.Problems[0].Severity));
    }
}
