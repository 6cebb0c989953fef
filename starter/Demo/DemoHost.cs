using Microsoft.Extensions.Hosting;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Starter.Temporal;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;

namespace PersonalizeConnectors.Starter.Demo;

/// <summary>Everything a run needs, in this process: engine, worker, and a simulated Braze. The same code that <c>run</c> uses.</summary>
internal sealed class DemoHost(DemoShop shop) : IAsyncDisposable
{
    private readonly RunRequest _request = new(
        shop.JobPath, FullResync: false, Users: null, Limit: null, OverrideGuards: false, HostWorker: true, Detach: false, Json: false);

    private BrazeSimulator? _braze;
    private TemporalTarget? _temporal;
    private IHost? _host;
    private HostedWorker? _worker;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _braze = await BrazeSimulator.StartAsync(new BrazeSimulatorOptions(), cancellationToken);
        _temporal = await TemporalTarget.StartEngineAsync(cancellationToken);
        _host = LocalHost.CreateWorker(shop.JobPath, _temporal.WorkerSettings,
        [
            new("Connectors:Braze:RestEndpointUrl", _braze.Address.ToString()),
            new("Connectors:Braze:ApiKey", _braze.ApiKey),
            new("Connectors:Braze:AllowLoopback", "true"),
        ]);
        _worker = new(_host);
        await _worker.StartAsync(cancellationToken);
    }

    /// <exception cref="Temporalio.Exceptions.WorkflowFailedException">The run did not complete.</exception>
    /// <exception cref="WorkerStoppedException">The worker is no more.</exception>
    public async Task<DemoRun> RunAsync(Interrupt interrupt)
    {
        var handle = await RunExecutor.StartAsync(_request, _temporal!, JobId.Of(_request.JobPath))
            ?? throw new InvalidOperationException("Nobody else knows this engine, yet it has a run of this job.");
        await RunExecutor.WatchAsync(_temporal!, handle, interrupt, _worker);
        var result = await handle.GetResultAsync<ConnectorJobResult>();
        return new(await File.ReadAllTextAsync(Path.Combine(shop.Folder, result.ReportKey!)), _braze!.Profiles.Find(DemoShop.User)
            ?? throw new InvalidOperationException($"{DemoShop.User} has no profile at the simulated Braze."));
    }

    public async ValueTask DisposeAsync()
    {
        if (_worker is not null)
        {
            await _worker.DisposeAsync();
        }

        _host?.Dispose();

        if (_temporal is not null)
        {
            await _temporal.DisposeAsync();
        }

        if (_braze is not null)
        {
            await _braze.DisposeAsync();
        }
    }
}
