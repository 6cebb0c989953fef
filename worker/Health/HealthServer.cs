using System.Net.Mime;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using PersonalizeConnectors.Worker.Settings;

namespace PersonalizeConnectors.Worker.Health;

/// <summary>
/// <c>/health/live</c> and <c>/health/ready</c>, before anything else starts until everything else has stopped. It tells no more than one sentence, so that
/// it can be asked by anybody who reaches the port.
/// </summary>
internal sealed class HealthServer(IOptions<WorkerOptions> options, Readiness readiness) : IHostedLifecycleService, IAsyncDisposable
{
    private WebApplication? _application;

    /// <exception cref="HealthPortException">The port cannot be had.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (options.Value.HealthPort is not { } port)
        {
            return;
        }

        // An empty builder has no log: a line for every probe is worth nothing to anybody.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenAnyIP(port));
        _application = builder.Build();
        _application.Run(AnswerAsync);
        try
        {
            await _application.StartAsync(cancellationToken);
        }
        catch (IOException e)
        {
            throw new HealthPortException($"Worker__HealthPort: port {port} cannot be had ({e.Message.TrimEnd('.')}). Give another, or end what listens there.", e);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => _application?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _application?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task AnswerAsync(HttpContext http)
    {
        var (code, status, reason) = (http.Request.Path.Value) switch
        {
            "/health/live" => (StatusCodes.Status200OK, "live", null),
            "/health/ready" => await readiness.FindObstacleAsync(http.RequestAborted) is { } obstacle
                ? (StatusCodes.Status503ServiceUnavailable, "notReady", obstacle)
                : (StatusCodes.Status200OK, "ready", null),
            _ => (StatusCodes.Status404NotFound, "unknown", "known are /health/live and /health/ready"),
        };
        http.Response.StatusCode = code;
        http.Response.ContentType = MediaTypeNames.Application.Json;
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.WriteAsync(JsonSerializer.Serialize(new HealthDocument(status, reason), JsonSerializerOptions.Web), http.RequestAborted);
    }
}

/// <param name="Status"><c>live</c>, <c>ready</c>, <c>notReady</c> or <c>unknown</c>.</param>
/// <param name="Reason">Why it is not ready, else null.</param>
internal sealed record HealthDocument(string Status, string? Reason);

/// <summary>The health port is taken, or not allowed.</summary>
internal sealed class HealthPortException(string message, Exception cause) : Exception(message, cause);
