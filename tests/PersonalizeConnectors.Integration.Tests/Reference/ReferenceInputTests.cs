namespace PersonalizeConnectors.Integration.Tests.Reference;

public sealed class ReferenceInputTests
{
    [Fact]
    public void Read_LinesOfEveryKind_AreCounted()
    {
        using var root = new ReferenceRoot().Job("user_personalization", "");
        root.File("batch/run/_CHECK", "x").File("batch/run/job_config.json", "{}\n").File("batch/run/b.out", "\uFEFF" + """
            {"input":{"userId":"u"},"output":{"recommendedItems":["3"]},"error":""}

            {"input":{"userId":"v"},"output":{"recommendedItems":["1"]},"error":"text"}
            """.Replace("\n", "\r\n", StringComparison.Ordinal));
        root.Lines(
            """{"input":{"userId":"u"},"output":{"recommendedItems":["1"]}}""",
            """{"output":{"recommendedItems":[]},"input":{"userId":"w"},"error":null}""",
            """{"input":{},"error":"no id"}""",
            """{"input":{"userId":"x"}}""",
            """{"input":{},"output":{"recommendedItems":[]}}""",
            "not json");

        var lines = root.Read().Lines;

        Assert.Equal((8, 3, 3, 2, 1, 1), (lines.Read, lines.Results, lines.Errors, lines.Malformed, lines.Duplicates, lines.Empty));
        Assert.Equal("3", Assert.Single(lines.ByQuery["u"].Recommendations!).ItemId);
        Assert.Null(lines.ByQuery["v"].Recommendations);
    }

    [Fact]
    public void Read_Mapping_FollowsCsv()
    {
        using var root = new ReferenceRoot().Job("related_items", "");
        root.Lines("""{"input":{"itemId":"q,1"},"output":{"recommendedItems":["1"]}}""", """{"input":{"itemId":"z"},"output":{"recommendedItems":["1"]}}""");
        root.File(
            $"{root.JobPath}/input/user_item_mapping/a.csv",
            "\uFEFFitem_id,STORE,User_Id\r\n\"q,1\",\"a \"\"b\"\"\nc\",u\r\n\r\n\"q,1\",,u\r\nq2,x, v\r\nq2,x\r\n,x,v\r\nq3,x,v");

        var input = root.Read();

        Assert.Equal((6, 2), (input.Mapping!.RowCount, input.Mapping.Malformed));
        Assert.Equal(["q,1"], input.Mapping.ItemsByUser["u"]);
        Assert.Equal(["q2"], input.Mapping.ItemsByUser[" v"]);
        Assert.Equal(["q3"], input.Mapping.ItemsByUser["v"]);
        Assert.Equal((2, 1), (input.UsersWithoutRecommendations(), input.ItemsWithoutUsers()));
    }

    [Fact]
    public void Read_Metadata_KeepsTheLastOfAnId()
    {
        using var root = new ReferenceRoot().Job("user_personalization", "");
        root.Lines("{}").Metadata("""{"id":"1","a":1,"b":2}""", "", """{"c":3,"id":"1","a":null,"b":""}""", """{"a":1}""", "{", """{"id":"2"}""");

        var catalog = root.Read().Catalog;

        Assert.Equal((2, 2, 1), (catalog.Items, catalog.Malformed, catalog.Duplicates));
        Assert.Equal(["c"], catalog.FieldsOf("1", null).Select(f => f.Key));
        Assert.Empty(catalog.FieldsOf("1", ["a", "b"]));
    }
}
