using System.Net;
using System.Net.Http.Headers;
using PersonalizeConnectors.Activities.Secrets;

namespace PersonalizeConnectors.Activities.Deliver.Braze;

/// <summary>Sends one request to Braze, and says what came back. Nothing of it is ever logged.</summary>
internal sealed class BrazeClient(IHttpClientFactory clients, BrazeOptions options, TimeProvider time)
{
    /// <summary>Name of the HTTP client.</summary>
    public const string ClientName = "braze";

    // 75 errors take some ten kilobytes; a proxy's page may take more, and says no more.
    private const int MaxAnswerBytes = 256 * 1024;

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    /// <exception cref="OperationCanceledException">Canceled by the caller; never by the timeout.</exception>
    public async Task<BrazeAnswer> SendAsync(Uri address, ApiKey key, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.RequestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var client = clients.CreateClient(ClientName);
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = new ReadOnlyMemoryContent(body),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key.Reveal());
        request.Content.Headers.ContentType = Json;
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return new BrazeAnswer.Received(
                response.StatusCode, RateHeaders.Read(response.Headers, time.GetUtcNow()), await ReadAsync(response.Content, either.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new BrazeAnswer.Lost("no answer in time");
        }
        catch (HttpRequestException e) when (NeverArrived(e.HttpRequestError))
        {
            return new BrazeAnswer.NotReached($"no connection ({e.HttpRequestError})");
        }
        catch (HttpRequestException e)
        {
            return new BrazeAnswer.Lost($"the connection broke ({e.HttpRequestError})");
        }
        catch (IOException)
        {
            return new BrazeAnswer.Lost("the connection broke while the answer was read");
        }
    }

    private static bool NeverArrived(HttpRequestError error) =>
        error is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError;

    // A longer answer is cut, and then is no JSON.
    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var bytes = new MemoryStream();
        var buffer = new byte[4096];
        int read;
        while (bytes.Length < MaxAnswerBytes && (read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await bytes.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return bytes.ToArray();
    }
}

/// <summary>What came back.</summary>
internal abstract record BrazeAnswer
{
    private BrazeAnswer()
    {
    }

    /// <param name="Pause">What the rate headers ask for.</param>
    /// <param name="Body">May echo the key; never to be shown.</param>
    public sealed record Received(HttpStatusCode Status, TimeSpan? Pause, byte[] Body) : BrazeAnswer;

    /// <summary>The request never got there.</summary>
    public sealed record NotReached(string Reason) : BrazeAnswer;

    /// <summary>The request got there or may have.</summary>
    public sealed record Lost(string Reason) : BrazeAnswer;
}
