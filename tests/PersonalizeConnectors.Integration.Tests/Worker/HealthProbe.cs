using System.Globalization;
using System.Text.Json.Nodes;
using PersonalizeConnectors.Integration.Tests.Harness;

namespace PersonalizeConnectors.Integration.Tests.Worker;

/// <summary>The health endpoint of a worker process, asked as a supervisor asks it.</summary>
internal sealed class HealthProbe : IDisposable
{
    private readonly HttpClient _http = new();

    public int Port { get; } = FreePorts.Take();

    /// <summary>Settings of the worker that answers here.</summary>
    public void AddTo(Dictionary<string, string?> environment) => environment["Worker__HealthPort"] = Port.ToString(CultureInfo.InvariantCulture);

    /// <summary>Status code and reason; 0 where nobody listens.</summary>
    public async Task<(int Code, string Reason)> AskAsync(string check)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri($"http://127.0.0.1:{Port}/health/{check}"), TestContext.Current.CancellationToken);
            var document = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
            return ((int)answer.StatusCode, (string?)document["reason"] ?? "");
        }
        catch (HttpRequestException)
        {
            return (0, "");
        }
    }

    public async Task<bool> IsReadyAsync() => (await AskAsync("ready")).Code == 200;

    public void Dispose() => _http.Dispose();
}
