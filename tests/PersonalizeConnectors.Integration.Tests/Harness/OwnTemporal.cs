using Temporalio.Client;

namespace PersonalizeConnectors.Integration.Tests.Harness;

/// <summary>A Temporal server for the tests of one class: their worker processes poll the product's own queues, which must be nobody else's.</summary>
public sealed class OwnTemporal : IAsyncLifetime
{
    private DurableTemporal? _server;

    public string Address => _server!.Address;

    public async ValueTask InitializeAsync() => _server = await DurableTemporal.StartAsync();

    public Task<ITemporalClient> ConnectAsync() => _server!.ConnectAsync();

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
