using PersonalizeConnectors.Local.Braze;

namespace PersonalizeConnectors.Local.Tests.Braze;

public sealed class AttributeRuleTests
{
    private static readonly string Long = new('x', 256);

    public static TheoryData<string, string?> Stored { get; } = new()
    {
        { "1.50", "1.50" },
        { "true", "true" },
        { "\"text\"", "\"text\"" },
        { "\"\"", "\"\"" },
        { "\" \\ttext \\n\"", "\"text\"" },
        { "\"" + Long[1..] + "\"", "\"" + Long[1..] + "\"" },
        { "\"" + Long + "\"", null },
        { "[]", "[]" },
        { """["a","a","a","b"]""", """["a","b"]""" },
        { """["a","\u0061","b"]""", """["a","b"]""" },
        { """["a","b","a"]""", """["a","b"]""" },
        { """["aaaaaaaaaaaa1zzzzzzzz","aaaaaaaaaaaa2zzzzzzzz"]""", """["aaaaaaaaaaaa1zzzzzzzz","aaaaaaaaaaaa2zzzzzzzz"]""" },
        { """["1",1,2,1]""", """["1",1,2]""" },
        { """["a",null,"b"]""", """["a","b"]""" },
        { """["a",{}]""", null },
        { "[\"" + Long + "\"]", null },
        { """{"x":1,"y":[1,{"z":"t"}]}""", """{"x":1,"y":[1,{"z":"t"}]}""" },
        { """[{"id":1},{"id":1}]""", """[{"id":1},{"id":1}]""" },
        { """[{"id":1},"a"]""", null },
        { """{"x":null}""", null },
        { """[{"x":{"y":[null]}}]""", null },
        { """{"x y":1}""", null },
        { """{"x.y":1}""", null },
        { """{"$x":1}""", null },
        { """{"\u0024x":1}""", null },
        { """{"":1}""", null },
        { "{\"x\":\"" + Long + "\"}", null },
        { "{\"" + Long + "\":1}", null },
        { """{"x":{"$time":"2026-11-23"}}""", """{"x":{"$time":"2026-11-23"}}""" },
    };

    [Theory]
    [MemberData(nameof(Stored))]
    public async Task Track_Value_IsStoredAsBrazeWould(string sent, string? stored)
    {
        await using var workspace = await Workspace.StartAsync();

        Assert.Equal(stored, await workspace.StoredAsync($"\"a\":{sent}"));
        Assert.Equal(stored is null ? 1 : 0, workspace.Simulator.Statistics.SilentDrops.Values.Sum());
    }

    [Fact]
    public async Task Track_DroppedValue_LeavesTheOldOne()
    {
        await using var workspace = await Workspace.StartAsync();
        await workspace.StoredAsync("\"a\":{\"x\":1}");

        Assert.Equal("{\"x\":1}", await workspace.StoredAsync("\"a\":{\"x\":null}"));
    }

    [Fact]
    public async Task Track_NullInOneNestedAttribute_DropsAllNestedOnesAndNoOther()
    {
        await using var workspace = await Workspace.StartAsync();

        await workspace.StoredAsync("""  "a":{"x":1},"b":[{"y":null}],"c":["v"],"d":1 """);

        var profile = workspace.Simulator.Profiles.Find("u")!;
        Assert.Equal(["c", "d"], profile.Attributes.Select(a => a.Key));
        Assert.Equal(2, workspace.Simulator.Statistics.SilentDrops["invalid nested value"]);
    }

    [Theory]
    [InlineData(102_400, true)]
    [InlineData(102_401, false)]
    public async Task Track_ArrayOfObjectsSize_IsLimited(int bytes, bool kept)
    {
        await using var workspace = await Workspace.StartAsync();
        var objects = string.Join(',', Enumerable.Repeat("{\"x\":\"" + new string('y', 100) + "\"}", 900));
        var value = $"[{objects}".PadRight(bytes - 1) + "]";

        Assert.Equal(kept, await workspace.StoredAsync($"\"a\":{value}") is not null);
    }

    [Fact]
    public async Task Track_TooManyArrayValues_KeepsTheFirst()
    {
        await using var workspace = await Workspace.StartAsync();

        var stored = await workspace.StoredAsync($"\"a\":[{string.Join(',', Enumerable.Range(0, 501))}]");

        Assert.Equal($"[{string.Join(',', Enumerable.Range(0, 500))}]", stored);
    }

    [Fact]
    public async Task Track_RepeatedValueMovesToEnd_WhereSet()
    {
        await using var workspace = await Workspace.StartAsync(new() { RepeatedValues = RepeatedValues.MoveToEnd });

        Assert.Equal("""["b","a"]""", await workspace.StoredAsync("""  "a":["a","b","a"] """));
        Assert.Equal("""["a","b"]""", await workspace.StoredAsync("""  "a":["a","a","b"] """));
    }

    [Fact]
    public async Task Track_Null_RemovesTheAttribute()
    {
        await using var workspace = await Workspace.StartAsync();
        await workspace.StoredAsync("""  "a":1,"b":2,"c":3 """);

        Assert.Null(await workspace.StoredAsync("\"a\":null"));
        Assert.Equal(["b", "c"], workspace.Simulator.Profiles.Find("u")!.Attributes.Select(a => a.Key));
    }

    [Fact]
    public async Task Track_SameNameTwice_LastWins()
    {
        await using var workspace = await Workspace.StartAsync();

        Assert.Equal("2", await workspace.StoredAsync("""  "a":1,"a":2 """));
    }

    [Fact]
    public async Task Track_Names_AreTrimmedAndLimited()
    {
        await using var workspace = await Workspace.StartAsync();

        await workspace.StoredAsync($"\" a \":1,\"{Long}\":2,\"{Long[1..]}\":3");

        Assert.Equal(["a", Long[1..]], workspace.Simulator.Profiles.Find("u")!.Attributes.Select(a => a.Key));
    }

    [Fact]
    public async Task Track_ControlKeys_AreNotAttributes()
    {
        await using var workspace = await Workspace.StartAsync();

        await workspace.StoredAsync("""  "_update_existing_only":false,"_merge_objects":false,"alias_name":"x","first_name":"Ann" """);

        Assert.Equal(["first_name"], workspace.Simulator.Profiles.Find("u")!.Attributes.Select(a => a.Key));
    }

    [Fact]
    public async Task Track_Blocklisted_IsDroppedWithoutAWord()
    {
        await using var workspace = await Workspace.StartAsync(new() { BlocklistedAttributes = ["a"] });

        var (status, body) = await workspace.TrackAsync("""{"external_id":"u","a":1}""");

        Assert.Equal(201, status);
        Assert.Null(body["errors"]);
        Assert.Empty(workspace.Simulator.Profiles.Find("u")!.Attributes);
    }

    [Fact]
    public async Task Track_OtherType_IsIgnoredWhereTypesAreFixed()
    {
        await using var workspace = await Workspace.StartAsync(new() { FixedAttributeTypes = true });

        Assert.Equal("1", await workspace.StoredAsync("\"a\":1"));
        Assert.Equal("1", await workspace.StoredAsync("\"a\":\"text\""));
        Assert.Equal("2", await workspace.StoredAsync("\"a\":2"));
    }

    [Fact]
    public async Task Track_MergeObjects_MergesDeeply()
    {
        await using var workspace = await Workspace.StartAsync();
        await workspace.StoredAsync("""  "a":{"x":{"p":1},"y":1} """);

        Assert.Equal("""{"x":{"p":1,"q":2},"y":1}""", await workspace.StoredAsync("""  "_merge_objects":true,"a":{"x":{"q":2}} """));
        Assert.Equal("""{"z":1}""", await workspace.StoredAsync("""  "a":{"z":1} """));
    }

    [Fact]
    public async Task Track_Increment_Adds()
    {
        await using var workspace = await Workspace.StartAsync();

        Assert.Equal("2", await workspace.StoredAsync("\"a\":{\"inc\":2}"));
        Assert.Equal("1", await workspace.StoredAsync("\"a\":{\"inc\":-1}"));
    }

    [Fact]
    public async Task Track_AddAndRemove_ChangeTheArray()
    {
        await using var workspace = await Workspace.StartAsync(new() { Limits = new() { MaxArrayValues = 3 } });

        Assert.Equal("""["a","b"]""", await workspace.StoredAsync("""  "a":{"add":["a","b"]} """));
        Assert.Equal("""["b","a"]""", await workspace.StoredAsync("""  "a":{"add":["a"]} """));
        Assert.Equal("""["a","c"]""", await workspace.StoredAsync("""  "a":{"add":["c"],"remove":["b"]} """));
        Assert.Equal("""["c","d","e"]""", await workspace.StoredAsync("""  "a":{"add":["d","e"]} """));
    }

    [Theory]
    [InlineData("\"external_id\":\"v\"", "", true)]
    [InlineData("\"external_id\":\"v\"", "\"_update_existing_only\":true,", false)]
    [InlineData("\"user_alias\":{\"alias_name\":\"n\",\"alias_label\":\"l\"}", "", false)]
    [InlineData("\"user_alias\":{\"alias_name\":\"n\",\"alias_label\":\"l\"}", "\"_update_existing_only\":false,", true)]
    public async Task Track_UnknownUser_IsCreatedOrIgnoredButCounted(string identifier, string control, bool created)
    {
        await using var workspace = await Workspace.StartAsync();

        var (status, body) = await workspace.TrackAsync($$"""{{{identifier}},{{control}}"a":1}""");

        Assert.Equal(201, status);
        Assert.Equal(1, (int)body["attributes_processed"]!);
        Assert.Null(body["errors"]);
        Assert.Equal(created ? 1 : 0, workspace.Simulator.Profiles.Count);
        Assert.Equal(created ? 0 : 1, workspace.Simulator.Statistics.UnknownUsersIgnored);
    }
}
