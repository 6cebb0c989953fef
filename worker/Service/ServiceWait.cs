using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Temporalio.Client;

namespace PersonalizeConnectors.Worker.Service;

/// <summary>
/// Holds the start up until Temporal is there: workers and services are started together after a power cut, in any order, and a worker that leaves because
/// the service is late has to be started again by somebody.
/// </summary>
internal sealed partial class ServiceWait(ITemporalClient client, TimeProvider clock, ILogger<ServiceWait> logger) : IHostedLifecycleService
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenLines = TimeSpan.FromMinutes(1);

    /// <exception cref="ServiceRefusedException">It is there and refuses: waiting cures nothing.</exception>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        long? told = null;
        while (await ServiceTrouble.FindAsync(client, cancellationToken) is { } trouble)
        {
            if (!trouble.MayPass)
            {
                throw new ServiceRefusedException(trouble.Sentence);
            }

            if (told is null || clock.GetElapsedTime(told.Value) > BetweenLines)
            {
                LogWaiting(logger, trouble.Sentence);
                told = clock.GetTimestamp();
            }

            await Task.Delay(Between, clock, cancellationToken);
        }

        LogConnected(logger, client.Connection.Options.TargetHost!, client.Options.Namespace);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(EventId = 1003, Level = LogLevel.Warning, Message = "{Trouble} This worker waits for it.")]
    private static partial void LogWaiting(ILogger logger, string trouble);

    [LoggerMessage(EventId = 1004, Level = LogLevel.Information, Message = "Connected to Temporal at {Address}, namespace {Namespace}")]
    private static partial void LogConnected(ILogger logger, string address, string @namespace);
}
