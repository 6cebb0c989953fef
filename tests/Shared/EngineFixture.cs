using PersonalizeConnectors.Local.Engine;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Client;

namespace PersonalizeConnectors.Tests.Shared;

/// <summary>An embedded engine for a test assembly, on a free port.</summary>
public sealed class EngineFixture : ITemporalServer, IAsyncLifetime
{
    private EmbeddedEngine? _engine;
    private ITemporalClient? _client;

    public ITemporalClient Client => _client ?? throw new InvalidOperationException("The engine is not started.");

    public async ValueTask InitializeAsync()
    {
        var options = new EmbeddedEngineOptions
        {
            SearchAttributes = ConnectorSearchAttributes.All,
        };
        _engine = await EmbeddedEngine.StartAsync(options, CancellationToken.None);
        _client = await TemporalClient.ConnectAsync(new(_engine.Address) { Namespace = _engine.Namespace, DataConverter = ConnectorDataConverter.Instance });
    }

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }
    }
}
