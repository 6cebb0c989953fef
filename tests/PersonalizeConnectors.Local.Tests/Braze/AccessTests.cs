using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace PersonalizeConnectors.Local.Tests.Braze;

public sealed class AccessTests
{
    private const string Body = """{"attributes":[{"external_id":"u","a":1}]}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Track_RightKey_AnswersWithCounts()
    {
        await using var workspace = await Workspace.StartAsync();

        using var response = await workspace.PostAsync(Body);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("""{"message":"success","attributes_processed":1}""", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(HttpVersion.Version11, response.Version);
        Assert.True(workspace.Simulator.Address.IsLoopback);
    }

    [Theory]
    [InlineData("Bearer wrong-key", "wrong-key")]
    [InlineData("Basic simulator-key", "Basic simulator-key")]
    [InlineData("simulator-key", "simulator-key")]
    [InlineData("", "")]
    public async Task Track_WrongKey_AnswersUnauthorizedAndEchoesIt(string header, string echo)
    {
        await using var workspace = await Workspace.StartAsync();
        workspace.Client.DefaultRequestHeaders.Authorization = null;
        workspace.Client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);

        using var response = await workspace.PostAsync(Body);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal($$"""{"message":"Invalid API key: {{echo}}"}""", await response.Content.ReadAsStringAsync(Cancel));
        Assert.Null(workspace.Simulator.Profiles.Find("u"));
    }

    [Fact]
    public async Task Track_KeyInBodyOnly_AnswersUnauthorized()
    {
        await using var workspace = await Workspace.StartAsync();
        workspace.Client.DefaultRequestHeaders.Authorization = null;

        using var response = await workspace.PostAsync("""{"api_key":"simulator-key","attributes":[{"external_id":"u","a":1}]}""");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Track_RotatedKey_OnlyTheNewOneWorks()
    {
        await using var workspace = await Workspace.StartAsync();
        workspace.Simulator.Settings = workspace.Simulator.Settings with { ApiKey = "second" };

        using var old = await workspace.PostAsync(Body);
        workspace.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "second");
        using var rotated = await workspace.PostAsync(Body);

        Assert.Equal(HttpStatusCode.Unauthorized, old.StatusCode);
        Assert.Equal(HttpStatusCode.Created, rotated.StatusCode);
    }

    [Fact]
    public async Task Track_KeyWithoutPermission_AnswersForbidden()
    {
        await using var workspace = await Workspace.StartAsync(new() { KeyHasPermission = false });

        using var response = await workspace.PostAsync(Body);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("""{"message":"Access Denied"}""", await response.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("users/tracks", 404)]
    [InlineData("", 404)]
    [InlineData("users/track/bulk", 404)]
    [InlineData("users/track/", 403)]
    public async Task Post_OtherPath_IsRefused(string path, int status)
    {
        await using var workspace = await Workspace.StartAsync();

        using var response = await workspace.PostAsync(Body, path);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Post_TrailingSlashWithOtherSetting_AnswersThat()
    {
        await using var workspace = await Workspace.StartAsync(new() { TrailingSlashStatus = 404 });

        using var response = await workspace.PostAsync(Body, "users/track/");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("text/plain", null, 415)]
    [InlineData(null, null, 415)]
    [InlineData("application/json", "gzip", 415)]
    [InlineData("application/json; charset=utf-8", null, 201)]
    public async Task Track_ContentType_MustBeJson(string? type, string? encoding, int status)
    {
        await using var workspace = await Workspace.StartAsync();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body));
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        using var response = await workspace.Client.PostAsync(new Uri("users/track", UriKind.Relative), content, Cancel);

        Assert.Equal(status, (int)response.StatusCode);
    }
}
