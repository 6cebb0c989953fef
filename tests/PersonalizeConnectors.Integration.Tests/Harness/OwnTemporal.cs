using PersonalizeConnectors.Tests.Shared;
using Temporalio.Client;

namespace PersonalizeConnectors.Integration.Tests.Harness;

/// <summary>A Temporal server for the tests of one class: their worker processes poll the product's own queues, which must be nobody else's.</summary>
public sealed class OwnTemporal : IAsyncLifetime
{
    private DurableTemporal? _server;

    /// <summary>Skips the test, or fails it in CI, where the program is missing: a fixture cannot.</summary>
    public string Address => Server.Address;

    private DurableTemporal Server
    {
        get
        {
            DurableTemporal.RequireProgram();
            return _server!;
        }
    }

    public async ValueTask InitializeAsync() => _server = TemporalServerFixture.ProgramPath is null ? null : await DurableTemporal.StartAsync();

    public Task<ITemporalClient> ConnectAsync() => Server.ConnectAsync();

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
