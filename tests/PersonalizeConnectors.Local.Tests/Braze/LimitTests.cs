using System.Net;
using System.Text;

namespace PersonalizeConnectors.Local.Tests.Braze;

public sealed class LimitTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"attributes":{}}""")]
    [InlineData("""{"attributes":[{"external_id":"u"}]} x""")]
    public async Task Track_NotTheExpectedJson_AnswersSyntaxError(string body)
    {
        await using var workspace = await Workspace.StartAsync();

        using var response = await workspace.PostAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("Error while parsing request body", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Track_InvalidUtf8_AnswersSyntaxError()
    {
        await using var workspace = await Workspace.StartAsync();
        byte[] body = [.. "{\"attributes\":[{\"external_id\":\"u\",\"a\":\""u8, 0xFF, .. "\"}]}"u8];

        using var response = await workspace.PostAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData(75, 0, false, 201)]
    [InlineData(76, 0, false, 400)]
    [InlineData(40, 36, false, 400)]
    [InlineData(75, 75, true, 201)]
    [InlineData(76, 0, true, 400)]
    public async Task Track_ObjectCount_IsLimited(int attributes, int events, bool perArray, int status)
    {
        await using var workspace = await Workspace.StartAsync(new() { Limits = new() { PerArray = perArray } });
        var users = string.Join(',', Enumerable.Range(0, attributes).Select(i => $$"""{"external_id":"u{{i}}","a":{{i}}}"""));
        var visits = string.Join(',', Enumerable.Range(0, events).Select(i => $$"""{"external_id":"u{{i}}","name":"visit"}"""));

        using var response = await workspace.PostAsync($$"""{"attributes":[{{users}}],"events":[{{visits}}]}""");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == 201 ? attributes : 0, workspace.Simulator.Profiles.Count);
    }

    [Theory]
    [InlineData(0, 413, 201)]
    [InlineData(1, 413, 413)]
    [InlineData(1, 400, 400)]
    [InlineData(2_000_000, 413, 413)]
    public async Task Track_BodySize_IsLimited(int beyond, int setting, int status)
    {
        await using var workspace = await Workspace.StartAsync(new() { Limits = new() { OversizeStatus = setting } });
        const string Json = """{"attributes":[{"external_id":"u","a":1}]}""";

        using var response = await workspace.PostAsync(Json + new string(' ', 4_000_000 - Json.Length + beyond));

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Track_ChunkedBodyTooLarge_IsRefused()
    {
        await using var workspace = await Workspace.StartAsync(new() { Limits = new() { MaxBodyBytes = 1000 } });
        using var content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(new string(' ', 100_000))));
        content.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "users/track") { Content = content };
        request.Headers.TransferEncodingChunked = true;

        using var response = await workspace.Client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task Track_EventsAndPurchases_AreCountedApart()
    {
        await using var workspace = await Workspace.StartAsync();

        using var response = await workspace.PostAsync(
            """{"events":[{"external_id":"u","name":"x"},{"external_id":"u"}],"purchases":[{"external_id":"u","product_id":"p","quantity":0}]}""");

        Assert.Equal(
            """{"message":"success","events_processed":1,"purchases_processed":0,"errors":[{"type":"\u0027name\u0027 is required","input_array":"events","index":1},{"type":"\u0027quantity\u0027 is not valid","input_array":"purchases","index":0}]}""",
            await response.Content.ReadAsStringAsync(Cancel));
    }
}
