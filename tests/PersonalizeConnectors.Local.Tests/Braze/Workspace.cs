using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using PersonalizeConnectors.Local.Braze;

namespace PersonalizeConnectors.Local.Tests.Braze;

/// <summary>A simulator and a client with its key.</summary>
internal sealed class Workspace : IAsyncDisposable
{
    private Workspace(BrazeSimulator simulator)
    {
        Simulator = simulator;
        Client = new HttpClient { BaseAddress = simulator.Address };
        Client.DefaultRequestHeaders.Authorization = new("Bearer", simulator.ApiKey);
    }

    public BrazeSimulator Simulator { get; }

    public HttpClient Client { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<Workspace> StartAsync(
        BrazeSettings? settings = null, TimeProvider? clock = null, Func<BrazeRequest, BrazeFault?>? hook = null) =>
        new(await BrazeSimulator.StartAsync(
            new() { Settings = settings ?? new(), Clock = clock ?? TimeProvider.System, Hook = hook }, Cancel));

    public Task<HttpResponseMessage> PostAsync(string body, string path = "users/track") => PostAsync(Encoding.UTF8.GetBytes(body), path);

    public async Task<HttpResponseMessage> PostAsync(byte[] body, string path = "users/track")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await Client.PostAsync(new Uri(path, UriKind.Relative), content, Cancel);
    }

    /// <summary>Sends attribute objects; status and body.</summary>
    public async Task<(int Status, JsonNode Body)> TrackAsync(params string[] objects)
    {
        using var response = await PostAsync($"{{\"attributes\":[{string.Join(',', objects)}]}}");
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!);
    }

    /// <summary>What an attribute of user u becomes, or null.</summary>
    public async Task<string?> StoredAsync(string attributes, string name = "a")
    {
        var (status, _) = await TrackAsync($"{{\"external_id\":\"u\",{attributes}}}");
        Assert.Equal(201, status);
        return Simulator.Profiles.Find("u")![name];
    }

    public Task<string> GetAsync(string path) => Client.GetStringAsync(new Uri(path, UriKind.Relative), Cancel);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Simulator.DisposeAsync();
    }
}
