using System.Net;

namespace PersonalizeConnectors.Activities.Tests.Fakes;

/// <summary>An HTTP client whose answers a test makes.</summary>
internal sealed class FakeHttp(Func<HttpRequestMessage, string, HttpResponseMessage> answer) : HttpMessageHandler, IHttpClientFactory
{
    /// <summary>Bodies in the order sent.</summary>
    public List<string> Bodies { get; } = [];

    public List<HttpRequestMessage> Requests { get; } = [];

    public static HttpResponseMessage Respond(int status, string body) => new((HttpStatusCode)status) { Content = new StringContent(body) };

    public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = await request.Content!.ReadAsStringAsync(cancellationToken);
        Bodies.Add(body);
        Requests.Add(request);
        return answer(request, body);
    }
}
