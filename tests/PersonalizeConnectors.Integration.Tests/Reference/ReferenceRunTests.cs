namespace PersonalizeConnectors.Integration.Tests.Reference;

public sealed class ReferenceRunTests
{
    private static readonly string[] Tents =
    [
        """{"id":"1","name":"Tent","price":90.990,"tags":["a", 1]}""",
        """{"id":"2","name":"Pack","price":null}""",
        """{"id":"3","name":"","price":5}""",
    ];

    [Fact]
    public void Of_ParallelArrays_KeepsPlacesAndTexts()
    {
        using var root = new ReferenceRoot().Job("user_personalization", "\"attributePrefix\":\"r_\"");
        root.Metadata(Tents).Lines("""{"input":{"userId":"u"},"output":{"recommendedItems":["1","2","3"],"scores":[0.5,null]}}""");

        var run = root.Run();

        Assert.Equal(
            [
                new("r_itemId", """["1","2","3"]"""),
                new("r_name", """["Tent","Pack",""]"""),
                new("r_price", """[90.990,"",5]"""),
                new("r_tags", """["[\"a\", 1]","",""]"""),
            ],
            run.Attributes["u"]);
        Assert.Equal(["u"], run.New);
    }

    [Fact]
    public void Of_ConfiguredFieldThatNoItemHas_MakesAListOfBlanks()
    {
        using var root = new ReferenceRoot().Job("user_personalization", "\"attributePrefix\":\"\",\"itemMetadataFields\":[\" color \"],\"includeScores\":true");
        root.Metadata(Tents).Lines("""{"input":{"userId":"u"},"output":{"recommendedItems":["1","2"],"scores":[7.17E-5]}}""");

        Assert.Equal(
            [new("color", """["",""]"""), new("itemId", """["1","2"]"""), new("score", """[7.17E-5,""]""")],
            root.Run().Attributes["u"]);
    }

    [Fact]
    public void Of_ArrayOfObjects_LeavesAbsentFieldsOut()
    {
        using var root = new ReferenceRoot().Job(
            "related_items", "\"attributeShape\":\"arrayOfObjects\",\"includeQueryItems\":true,\"otherAttributes\":{\"n\":1.50}");
        root.Metadata(Tents).Mapping("u,q").Lines("""{"input":{"itemId":"q"},"output":{"recommendedItems":["1","2"]}}""");

        Assert.Equal(
            [
                new("n", "1.50"),
                new("recommendation_items", """[{"name":"Tent","price":90.990,"tags":["a", 1],"itemId":"1","queryItemId":"q"},{"name":"Pack","itemId":"2","queryItemId":"q"}]"""),
            ],
            root.Run().Attributes["u"]);
    }

    [Theory]
    [InlineData("interleave", """["a","x","b","y","c"]""")]
    [InlineData("first", """["a","b","x"]""")]
    public void Of_SeveralQueryItems_Combine(string combine, string ids)
    {
        using var root = new ReferenceRoot().Job("related_items", $"\"attributeShape\":\"itemIds\",\"combine\":\"{combine}\"");
        root.Mapping("u,none", "u,bad", "u,q1", "u,q2", "u,q1").Lines(
            """{"input":{"itemId":"q2"},"output":{"recommendedItems":["x","y","c"]}}""",
            """{"input":{"itemId":"q1"},"output":{"recommendedItems":["a","b","x"]}}""",
            """{"input":{"itemId":"bad"},"error":"no"}""");

        Assert.Equal(ids, root.Run().Attributes["u"]["recommendation_itemIds"]);
    }

    [Fact]
    public void Of_FirstWithEmptyList_IsRemoved()
    {
        using var root = new ReferenceRoot().Job("related_items", "\"combine\":\"first\"");
        root.Mapping("u,q1", "u,q2").Lines(
            """{"input":{"itemId":"q1"},"output":{"recommendedItems":[]}}""",
            """{"input":{"itemId":"q2"},"output":{"recommendedItems":["x"]}}""");

        Assert.Empty(root.Run().New);
    }

    [Fact]
    public void Of_Filters_ApplyInTheirOrder()
    {
        using var root = new ReferenceRoot().Job("user_personalization", "\"attributeShape\":\"itemIds\",\"minScore\":0.1,\"maxRecommendations\":2");
        root.Metadata(Tents).Lines(
            """{"input":{"userId":"u"},"output":{"recommendedItems":["3","gone","3","1","2","2"],"scores":[0.05,0.9,0.9,0.2,null,0.8]}}""");

        Assert.Equal("""["1","2"]""", root.Run().Attributes["u"]["recommendation_itemIds"]);
        Assert.Equal(1, root.Read().UnknownItems());
    }

    [Fact]
    public void Of_NoMetadataFolder_KnowsEveryItem()
    {
        using var root = new ReferenceRoot().Job("user_personalization", "");
        root.Lines("""{"input":{"userId":"u"},"output":{"recommendedItems":["x"]}}""");

        Assert.Equal([new("recommendation_itemId", """["x"]""")], root.Run().Attributes["u"]);
    }

    [Fact]
    public void Of_Records_AreOnePerUserAndQueryItem()
    {
        using var root = new ReferenceRoot().Job(
            "related_items", "\"attributePrefix\":\"r_\",\"combine\":\"first\",\"maxRecommendations\":1,\"itemMetadataFields\":[\"price\"]");
        root.Metadata(Tents).Mapping("u,q1", "u,q2", "u,q3").Lines(
            """{"input":{"itemId":"q1"},"output":{"recommendedItems":["1","1","2"],"theme":"Camping."}}""",
            """{"input":{"itemId":"q2"},"output":{"recommendedItems":["2"]}}""",
            """{"input":{"itemId":"q3"},"output":{"recommendedItems":["gone"]}}""");

        var records = root.Run().Records.Select(record => record.ToJsonString());

        const string Info = "\"jobInfo\":{\"name\":\"job\",\"runDateTime\":\"2026-11-23T04:00:00Z\"},\"syncDirectives\":{\"attributePrefix\":\"r_\"}}";
        Assert.Equal(
            [
                """{"queryItemId":"q1","userId":"u","recommendations":[{"price":90.990,"itemId":"1"}],"theme":"Camping.",""" + Info,
                """{"queryItemId":"q2","userId":"u","recommendations":[{"itemId":"2"}],""" + Info,
            ],
            records);
    }

    [Fact]
    public void Of_SecondRun_SendsOnlyWhatChanged()
    {
        using var root = new ReferenceRoot().Job("user_personalization", "\"itemMetadataFields\":[\"name\"]");
        root.Metadata(Tents).Lines(Line("same", "1"), Line("other", "2"), Line("empty", "1"), Line("error", "1"), Line("absent", "1"), Line("score", "1"));
        var first = root.Run();
        root.Metadata([.. Tents.Select(t => t.Replace("90.990", "80", StringComparison.Ordinal)).Append("""{"id":"2","name":"Bag"}""")]).Lines(
            Line("same", "1"), Line("other", "2"), Line("new", "1"), Line("score", "1", "0.1"),
            """{"input":{"userId":"empty"},"output":{"recommendedItems":[]}}""",
            """{"input":{"userId":"error"},"output":null,"error":null}""");

        var second = root.Run(first.Next);
        var third = root.Run(second.Next);

        Assert.Equal(6, first.New.Count);
        Assert.Equal(["new"], second.New);
        Assert.Equal(["other"], second.Changed);
        Assert.Equal(["error", "same", "score"], new[] { "error", "same", "score" }.Intersect(second.Unchanged));
        Assert.Equal(3, second.Unchanged.Count);
        Assert.Equal(5, second.Total);
        Assert.Equal(["absent", "empty"], second.Removed.Order());
        Assert.Equal(["new", "other"], second.Sent.Keys.Order());
        Assert.Empty(third.Sent);
        Assert.Empty(third.Removed);
    }

    [Fact]
    public void Of_OnRemovedClear_NullsEveryNameEverSent()
    {
        using var root = new ReferenceRoot().Job("user_personalization", "\"onRemoved\":\"clear\",\"attributeShape\":\"itemIds\",\"otherAttributes\":{\"c\":1}");
        root.Lines(Line("u", "1"), Line("v", "1"));
        var first = root.Run();
        root.Lines(Line("v", "1"));

        var second = root.Run(first.Next);

        Assert.Equal([new("c", "null"), new("recommendation_itemIds", "null")], second.Sent["u"]);
        Assert.Equal(["v"], second.Next.Users.Keys);
        Assert.Empty(second.Records);
    }

    [Fact]
    public void Of_GoneUserBackWithTheSameList_IsUnchanged()
    {
        using var root = new ReferenceRoot().Job("user_personalization", "");
        root.Lines(Line("u", "1"), Line("v", "1"));
        var state = root.Run().Next;
        state = root.Lines(Line("v", "1")).Run(state).Next;
        Assert.True(state.Users["u"].IsGone);

        var back = root.Lines(Line("u", "1"), Line("v", "1")).Run(state);

        Assert.Equal(2, back.Unchanged.Count);
        Assert.Empty(back.Sent);
        Assert.False(back.Next.Users["u"].IsGone);
    }

    [Fact]
    public void Of_SomeUsersOnly_NeverRemoves()
    {
        using var root = new ReferenceRoot().Job("user_personalization", "");
        root.Lines(Line("u", "1"), Line("v", "1"));
        var state = root.Run().Next;

        var run = root.Lines(Line("u", "2")).Run(state, new(Users: new HashSet<string> { "u", "w" }));

        Assert.Equal(["u"], run.Changed);
        Assert.Empty(run.Removed);
    }

    [Fact]
    public void Of_FullResync_SendsAllAndCountsAsItsDelta()
    {
        using var root = new ReferenceRoot().Job("user_personalization", "");
        root.Lines(Line("u", "1"));

        var run = root.Run(root.Run().Next, new(FullResync: true));

        Assert.Equal(["u"], run.Unchanged);
        Assert.Equal(["u"], run.Sent.Keys);
        Assert.Single(run.Records);
    }

    [Fact]
    public void Of_ValueThatBrazeWouldDrop_IsRejectedAndNotRemembered()
    {
        using var root = new ReferenceRoot().Job("user_personalization", "\"attributeShape\":\"arrayOfObjects\"");
        root.Metadata("""{"id":"1","size":{"w":null}}""").Lines(Line("u", "1"));

        var run = root.Run();

        Assert.Equal("nested null", run.Rejected["u"]);
        Assert.Empty(run.Next.Users);
    }

    private static string Line(string user, string item, string? score = null) =>
        $$"""{"input":{"userId":"{{user}}"},"output":{"recommendedItems":["{{item}}"]{{(score is null ? "" : $",\"scores\":[{score}]")}}},"error":null}""";
}
