using System.Net;
using System.Text;
using Amazon.Runtime;
using PersonalizeConnectors.Activities.Storage.S3;

namespace PersonalizeConnectors.Activities.Tests.Fakes;

/// <summary>Answers in AWS's place, behind the real SDK: for what no emulator does.</summary>
internal sealed class FakeAws(Func<FakeRequest, HttpResponseMessage> answer) : HttpClientFactory
{
    private readonly List<FakeRequest> _requests = [];

    /// <summary>In the order sent, retries included.</summary>
    public IReadOnlyList<FakeRequest> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>A store in a bucket that talks to this.</summary>
    /// <param name="bucket">The SDK remembers by name, for the whole process, where a bucket lies: one that moves needs a name of its own.</param>
    public S3ObjectStore Store(S3BucketOptions? options = null, TimeProvider? clock = null, string bucket = "shop") =>
        new(new S3Connection(bucket, options ?? new() { Region = "eu-west-1" }, this), new(bucket, ""), clock ?? TimeProvider.System);

    public static HttpResponseMessage Ok(string body = "", params (string Name, string Value)[] headers) => Make(200, new StringContent(body), headers);

    public static HttpResponseMessage Ok(Stream body, long length)
    {
        var content = new StreamContent(body);
        content.Headers.ContentLength = length;
        return Make(200, content, [("ETag", "\"e-1\"")]);
    }

    public static HttpResponseMessage Error(int status, string code, params (string Name, string Value)[] headers) => Make(
        status,
        new StringContent($"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>The body says more.</Message></Error>", Encoding.UTF8, "application/xml"),
        headers);

    public static HttpResponseMessage Json(int status, string body) => Make(status, new StringContent(body, Encoding.UTF8, "application/x-amz-json-1.1"), []);

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Handler(this), disposeHandler: true);

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

    private static HttpResponseMessage Make(int status, HttpContent content, (string Name, string Value)[] headers)
    {
        var message = new HttpResponseMessage((HttpStatusCode)status) { Content = content };
        foreach (var (name, value) in headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }

    private sealed class Handler(FakeAws aws) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
            var seen = new FakeRequest(
                request.Method.Method, request.RequestUri!,
                request.Headers.ToDictionary(h => h.Key, h => string.Join(",", h.Value), StringComparer.OrdinalIgnoreCase), body, cancellationToken);
            lock (aws._requests)
            {
                aws._requests.Add(seen);
            }

            return aws.Answer(seen);
        }
    }

    private HttpResponseMessage Answer(FakeRequest request) => answer(request);
}

internal sealed record FakeRequest(
    string Method, Uri Address, IReadOnlyDictionary<string, string> Headers, byte[] Body, CancellationToken CancellationToken)
{
    /// <summary>Method, and the query's first word where it names an operation.</summary>
    public string Operation => (Method, Address.Query) switch
    {
        ("POST", "?uploads" or "?uploads=") => "begin",
        ("POST", _) when Address.Query.Contains("uploadId=", StringComparison.Ordinal) => "complete",
        ("PUT", _) when Address.Query.Contains("partNumber=", StringComparison.Ordinal) => "part",
        ("DELETE", _) when Address.Query.Contains("uploadId=", StringComparison.Ordinal) => "abort",
        ("GET", _) when Address.Query.Contains("list-type=2", StringComparison.Ordinal) => "list",
        _ => Method,
    };

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
