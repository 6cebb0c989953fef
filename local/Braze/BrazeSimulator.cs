using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace PersonalizeConnectors.Local.Braze;

/// <summary>
/// Braze's <c>POST /users/track</c> on a port of this machine, over HTTP/1.1: limits, headers, errors and silent drops as documented and measured,
/// faults on demand, and the profiles kept for reading, in process and under <c>/simulator/</c>.
/// </summary>
public sealed class BrazeSimulator : IAsyncDisposable
{
    private readonly WebApplication _host;
    private readonly SimulatorState _state;

    private BrazeSimulator(WebApplication host, SimulatorState state)
    {
        _host = host;
        _state = state;
        Profiles = new(state.Profiles);
        var addresses = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        Address = Reachable(new Uri(addresses.Addresses.Single()));
    }

    /// <summary>Base address for this machine, such as <c>http://127.0.0.1:40123/</c>: the loopback one where it listens on all.</summary>
    public Uri Address { get; }

    /// <summary>The accepted key.</summary>
    public string ApiKey => Settings.ApiKey;

    /// <summary>
    /// The settings of requests that begin now; requests under way keep theirs. Setting them starts the fault rules and their clocks anew.
    /// Change with <c>Settings = Settings with { … }</c>.
    /// </summary>
    public BrazeSettings Settings
    {
        get => _state.Plan.Settings;
        set => _state.Use(value);
    }

    public BrazeProfiles Profiles { get; }

    /// <summary>The counts now.</summary>
    public BrazeStatistics Statistics => _state.Snapshot();

    /// <summary>Starts one.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    /// <exception cref="SocketException">The address is not one of this machine's, or the port needs a right that this process lacks.</exception>
    public static async Task<BrazeSimulator> StartAsync(BrazeSimulatorOptions options, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(options.Listen, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var host = builder.Build();
        var state = new SimulatorState(options);
        host.Run(new Routes(state).HandleAsync);
        try
        {
            await host.StartAsync(cancellationToken);
            return new(host, state);
        }
        catch
        {
            await host.DisposeAsync();
            state.Dispose();
            throw;
        }
    }

    /// <summary>Forgets users and counts, and starts the fault rules anew; the settings stay.</summary>
    public void Reset() => _state.Reset();

    /// <summary>Ends at once: requests that still wait are cut off.</summary>
    public async ValueTask DisposeAsync()
    {
        await _state.StopAsync();
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _host.StopAsync(now.Token);
        await _host.DisposeAsync();
        _state.Dispose();
    }

    // "All addresses" is no address to send to.
    private static Uri Reachable(Uri listening) => IPAddress.Parse(listening.IdnHost) switch
    {
        var address when address.Equals(IPAddress.Any) => new UriBuilder(listening) { Host = IPAddress.Loopback.ToString() }.Uri,
        var address when address.Equals(IPAddress.IPv6Any) => new UriBuilder(listening) { Host = IPAddress.IPv6Loopback.ToString() }.Uri,
        _ => listening,
    };
}
