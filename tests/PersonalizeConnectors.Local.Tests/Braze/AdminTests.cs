using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using PersonalizeConnectors.Local.Braze;

namespace PersonalizeConnectors.Local.Tests.Braze;

public sealed class AdminTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Profile_ByExternalId_IsReadWithoutAKey()
    {
        await using var workspace = await Workspace.StartAsync();
        await workspace.TrackAsync("""{"external_id":"a/b \"ü\"","price":90.990}""", """{"external_id":"z","price":1}""");
        await workspace.TrackAsync("""{"external_id":"a/b \"ü\"","price":90.990}""");
        workspace.Client.DefaultRequestHeaders.Authorization = null;

        var line = await workspace.GetAsync("simulator/profiles/" + Uri.EscapeDataString("a/b \"ü\""));

        Assert.Equal(
            """{"external_id":"a/b \"ü\"","attributes":{"price":90.990},"updates":2,"unchangedUpdates":1,"firstSequence":1,"lastSequence":2}""",
            line.TrimEnd('\n'));
    }

    [Fact]
    public async Task Profile_Unknown_IsNotFound()
    {
        await using var workspace = await Workspace.StartAsync();
        await workspace.TrackAsync("""{"external_id":"u","_update_existing_only":true,"a":1}""");

        using var response = await workspace.Client.GetAsync(new Uri("simulator/profiles/u", UriKind.Relative), Cancel);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Profiles_Pages_AreInOrdinalOrder()
    {
        await using var workspace = await Workspace.StartAsync();
        await workspace.TrackAsync([.. new[] { "b", "a", "B", "c" }.Select(id => $$"""{"external_id":"{{id}}","a":1}""")]);

        var first = await workspace.GetAsync("simulator/profiles?limit=2");
        var rest = await workspace.GetAsync("simulator/profiles?limit=10&after=a");

        Assert.Equal(["B", "a"], Ids(first));
        Assert.Equal(["b", "c"], Ids(rest));
    }

    [Fact]
    public async Task Profiles_Aliases_AreAKindOfTheirOwn()
    {
        await using var workspace = await Workspace.StartAsync();
        await workspace.TrackAsync("""{"user_alias":{"alias_name":"n","alias_label":"l"},"_update_existing_only":false,"a":1}""");

        var line = JsonNode.Parse(await workspace.GetAsync("simulator/profiles?kind=userAlias"))!;

        Assert.Equal("n", (string)line["user_alias"]!["alias_name"]!);
        Assert.Equal("", await workspace.GetAsync("simulator/profiles"));
        Assert.NotNull(workspace.Simulator.Profiles.Find(UserIdentity.Alias("l", "n")));
    }

    [Fact]
    public async Task Settings_Put_ChangesTheGivenKeysOnly()
    {
        await using var workspace = await Workspace.StartAsync(new() { Rate = new() { Burst = 17 } });

        using var response = await PutAsync(workspace, """
            {"rate":{"advice":"retryAfterSeconds"},"limits":{"maxObjects":2},"blacklistedExternalIds":["x"],
             "faults":[{"fault":{"kind":"status","status":503},"times":1}]}
            """);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var settings = workspace.Simulator.Settings;
        Assert.Equal((17, RetryAdvice.RetryAfterSeconds, 2), (settings.Rate.Burst!.Value, settings.Rate.Advice, settings.Limits.MaxObjects));
        Assert.Equal(4_000_000, settings.Limits.MaxBodyBytes);
        Assert.Equal(503, (await workspace.TrackAsync("""{"external_id":"u","a":1}""")).Status);
        Assert.Equal(201, (await workspace.TrackAsync("""{"external_id":"u","a":1}""")).Status);
        Assert.Equal(2, (int)JsonNode.Parse(await workspace.GetAsync("simulator/settings"))!["limits"]!["maxObjects"]!);
    }

    [Theory]
    [InlineData("""{"rates":{}}""")]
    [InlineData("""{"rate":{"advice":"never"}}""")]
    [InlineData("[]")]
    [InlineData("{")]
    public async Task Settings_PutUnknown_IsRefused(string body)
    {
        await using var workspace = await Workspace.StartAsync();
        var before = workspace.Simulator.Settings;

        using var response = await PutAsync(workspace, body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Same(before, workspace.Simulator.Settings);
    }

    [Fact]
    public async Task Reset_ForgetsUsersAndCountsButNotSettings()
    {
        await using var workspace = await Workspace.StartAsync(new() { Rate = new() { Burst = 1 } }, new ManualClock());
        await workspace.TrackAsync("""{"external_id":"u","a":1}""");

        using var response = await workspace.Client.PostAsync(new Uri("simulator/reset", UriKind.Relative), null, Cancel);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(0, workspace.Simulator.Profiles.Count);
        Assert.Equal(1, workspace.Simulator.Settings.Rate.Burst);
        Assert.Equal(0, (int)JsonNode.Parse(await workspace.GetAsync("simulator/statistics"))!["requests"]!);
        Assert.Equal(201, (await workspace.TrackAsync("""{"external_id":"u","a":1}""")).Status);
    }

    [Fact]
    public async Task Statistics_AfterRequests_CountThem()
    {
        await using var workspace = await Workspace.StartAsync();
        await workspace.TrackAsync("""{"external_id":"u","a":1,"b":{"x":null}}""", "{}");
        await workspace.TrackAsync("""{"external_id":"u","a":1}""");

        var statistics = JsonNode.Parse(await workspace.GetAsync("simulator/statistics"))!;

        Assert.Equal(2, (int)statistics["requests"]!);
        Assert.Equal(2, (int)statistics["answers"]!["201"]!);
        Assert.Equal(2, (int)statistics["objectsProcessed"]!);
        Assert.Equal(1, (int)statistics["objectErrors"]!);
        Assert.Equal(1, (int)statistics["unchangedUpdates"]!);
        Assert.Equal(1, (int)statistics["silentDrops"]!["invalid nested value"]!);
        Assert.Equal(1, (int)statistics["profiles"]!);
    }

    [Fact]
    public async Task Admin_UnknownPath_IsNotFound()
    {
        await using var workspace = await Workspace.StartAsync();

        using var response = await workspace.Client.GetAsync(new Uri("simulator/nothing", UriKind.Relative), Cancel);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private static IEnumerable<string> Ids(string lines) =>
        lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (string)JsonNode.Parse(line)!["external_id"]!);

    private static async Task<HttpResponseMessage> PutAsync(Workspace workspace, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await workspace.Client.PutAsync(new Uri("simulator/settings", UriKind.Relative), content, Cancel);
    }
}
