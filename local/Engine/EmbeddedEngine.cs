using PersonalizeConnectors.Local.Engine.Hosting;

namespace PersonalizeConnectors.Local.Engine;

/// <summary>
/// The slice of a Temporal service that this program uses, in memory, over loopback gRPC, for the unchanged SDK.
/// Nothing survives the process.
/// </summary>
public sealed class EmbeddedEngine : IAsyncDisposable
{
    private readonly TemporalService _service;
    private readonly EngineHost _host;

    private EmbeddedEngine(TemporalService service, EngineHost host) => (_service, _host) = (service, host);

    /// <summary>Host and port, as a client's target: "127.0.0.1:port".</summary>
    public string Address => _host.Address;

    /// <summary>The one namespace there is.</summary>
    public string Namespace => _service.Namespace;

    public static async Task<EmbeddedEngine> StartAsync(EmbeddedEngineOptions options, CancellationToken cancellationToken)
    {
        var service = new TemporalService(options, TimeProvider.System);
        try
        {
            return new EmbeddedEngine(service, await EngineHost.StartAsync(service, options, cancellationToken));
        }
        catch
        {
            service.Dispose();
            throw;
        }
    }

    /// <summary>Ends open calls at once, then the server.</summary>
    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _service.Dispose();
    }
}
