using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace PersonalizeConnectors.Tests.Shared;

/// <summary>
/// Stands before an AWS endpoint and passes requests on, but for those that a test answers itself, holds back, or whose answer it loses. Conditional
/// writes of one key pass one at a time: AWS keeps conditions under contention, the emulator looks and stores in two steps.
/// </summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private static readonly HashSet<string> OwnHeaders =
        new(["Host", "Connection", "Content-Length", "Expect", "Transfer-Encoding", "Keep-Alive", "Date", "Server"], StringComparer.OrdinalIgnoreCase);

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly WebApplication _host;
    private readonly string _target;

    private FaultyProxy(WebApplication host, string target)
    {
        _host = host;
        _target = target;
    }

    /// <summary>Without a trailing slash.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Asked before a request is passed on, and may take its time: an answer of its own, or null.</summary>
    public Func<ProxiedRequest, CancellationToken, Task<ProxiedAnswer?>> OnRequest { get; set; } = (_, _) => Task.FromResult<ProxiedAnswer?>(null);

    /// <summary>Asked when the answer has come, with its status; true cuts the connection instead of giving it.</summary>
    public Func<ProxiedRequest, int, bool> LosesAnswer { get; set; } = (_, _) => false;

    /// <param name="target">Without a trailing slash.</param>
    public static async Task<FaultyProxy> StartAsync(string target)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        var host = builder.Build();
        var proxy = new FaultyProxy(host, target);
        host.Run(proxy.AnswerAsync);
        await host.StartAsync();
        proxy.Address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single().TrimEnd('/');
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _http.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = new ProxiedRequest(context.Request);
        var stop = context.RequestAborted;
        try
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, stop);
            if (await OnRequest(request, stop) is { } answer)
            {
                context.Response.StatusCode = answer.Status;
                context.Response.ContentType = answer.ContentType;
                await context.Response.WriteAsync(request.Method == "HEAD" ? "" : answer.Body, stop);
                return;
            }

            using var turn = request.IsConditional ? await TakeTurnAsync(request.Path, stop) : null;
            await PassOnAsync(context, request, body, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Whoever asked is gone.
        }
    }

    private async Task PassOnAsync(HttpContext context, ProxiedRequest request, MemoryStream body, CancellationToken stop)
    {
        using var message = new HttpRequestMessage(new(request.Method), _target + context.Features.Get<IHttpRequestFeature>()!.RawTarget);
        if (body.Length > 0 || request.Method is "PUT" or "POST")
        {
            message.Content = new ByteArrayContent(body.ToArray());
        }

        foreach (var header in context.Request.Headers.Where(h => !OwnHeaders.Contains(h.Key)))
        {
            if (!message.Headers.TryAddWithoutValidation(header.Key, [.. header.Value]))
            {
                message.Content?.Headers.TryAddWithoutValidation(header.Key, [.. header.Value]);
            }
        }

        // What the target has begun it ends, whether or not anybody waits for it.
        using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, CancellationToken.None);
        if (LosesAnswer(request, (int)response.StatusCode))
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var header in response.Headers.Concat(response.Content.Headers).Where(h => !OwnHeaders.Contains(h.Key)))
        {
            context.Response.Headers[header.Key] = header.Value.ToArray();
        }

        context.Response.ContentLength = response.Content.Headers.ContentLength;
        if (request.Method != "HEAD")
        {
            await response.Content.CopyToAsync(context.Response.Body, stop);
        }
    }

    private async Task<IDisposable> TakeTurnAsync(string key, CancellationToken stop)
    {
        var turn = _turns.GetOrAdd(key, _ => new(1, 1));
        await turn.WaitAsync(stop);
        return new Turn(turn);
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}

/// <summary>A request as it came.</summary>
internal sealed class ProxiedRequest(HttpRequest request)
{
    public string Method { get; } = request.Method;

    /// <summary>Bucket and key, decoded: <c>/bucket/folder/key</c>; <c>/</c> for what is not S3's.</summary>
    public string Path { get; } = request.Path.Value ?? "/";

    public bool IsConditional { get; } = request.Headers.ContainsKey("If-None-Match") || request.Headers.ContainsKey("If-Match");

    public bool IsS3 => Path.Length > 1;

    public bool IsWrite => IsS3 && Method is not ("GET" or "HEAD");

    /// <summary>Whose signature the request has; null where it has none.</summary>
    public RequestSigner? Signer { get; } = RequestSigner.Of(request.Headers.Authorization.FirstOrDefault());

    /// <summary>The session's token that the request is signed with; null where the keys are lasting ones.</summary>
    public string? SessionToken { get; } = request.Headers["X-Amz-Security-Token"].FirstOrDefault();
}

/// <summary>The access key that a request is signed with, and the region it is signed for.</summary>
internal sealed record RequestSigner(string AccessKey, string Region)
{
    private const string Credential = "Credential=";

    /// <param name="authorization"><c>AWS4-HMAC-SHA256 Credential=key/date/region/service/aws4_request, …</c>.</param>
    public static RequestSigner? Of(string? authorization)
    {
        if (authorization?.IndexOf(Credential, StringComparison.Ordinal) is not (>= 0 and var start))
        {
            return null;
        }

        var parts = authorization[(start + Credential.Length)..].Split('/');
        return new(parts[0], parts[2]);
    }
}

/// <summary>What the proxy says in AWS's place.</summary>
internal sealed record ProxiedAnswer(int Status, string Body, string ContentType)
{
    /// <summary>An error as S3 words it.</summary>
    public static ProxiedAnswer Error(int status, string code) =>
        new(status, $"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>The body says more.</Message></Error>", "application/xml");
}
