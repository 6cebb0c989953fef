using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace PersonalizeConnectors.Starter.Runs;

/// <summary>A worker that this process hosts for a run. Disposing stops it; the host stays the caller's.</summary>
internal sealed class HostedWorker(IHost host) : IAsyncDisposable
{
    // The worker is told to stop when the run is over: nothing is left to settle but a heartbeat.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(25);

    private readonly TaskCompletionSource<Exception?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the worker stops by itself, with the cause where there is one.</summary>
    public Task<Exception?> Ended => _ended.Task;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await host.StartAsync(cancellationToken);
        foreach (var service in host.Services.GetServices<IHostedService>().OfType<BackgroundService>())
        {
            _ = ObserveAsync(service.ExecuteTask ?? Task.CompletedTask);
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(StopPatience);
        await host.StopAsync(patience.Token);
    }

    private async Task ObserveAsync(Task execution)
    {
        try
        {
            await execution;
            _ended.TrySetResult(null);
        }
        catch (Exception e)
        {
            _ended.TrySetResult(e);
        }
    }
}

/// <summary>The worker that this process hosts stopped while the run was under way.</summary>
internal sealed class WorkerStoppedException(string message, Exception? cause) : Exception(message, cause);
