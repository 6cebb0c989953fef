using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Worker.Health;
using PersonalizeConnectors.Worker.Logs;
using PersonalizeConnectors.Worker.Service;
using PersonalizeConnectors.Worker.Settings;
using Temporalio.Client;

namespace PersonalizeConnectors.Worker;

/// <summary>The worker as a process of its own: settings, logs, health, and an exit code that a supervisor can go by.</summary>
internal static class WorkerProcess
{
    private const string DefaultAddress = "localhost:7233";

    private const int Done = 0;
    private const int Failed = 1;
    private const int Usage = 2;
    private const int CannotConnect = 4;

    public static async Task<int> RunAsync(string[] args)
    {
        var builder = Host.CreateApplicationBuilder(args);
        var problems = SettingsCheck.Find(builder.Configuration).ToList();
        if (LoadConnect(problems) is not { } connect || problems.Count > 0)
        {
            return await FailAsync(Usage, string.Join(Environment.NewLine, problems));
        }

        using var host = Build(builder, connect);
        try
        {
            await host.StartAsync();
            await host.WaitForShutdownAsync();
        }
        catch (ServiceRefusedException e)
        {
            return await FailAsync(CannotConnect, e.Message);
        }
        catch (HealthPortException e)
        {
            return await FailAsync(Usage, e.Message);
        }
        catch (OperationCanceledException) when (host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested)
        {
            return Done; // Told to stop while it still waited for the service.
        }

        // A worker that fails ends the host as a signal does; what it failed with is in the log.
        return host.Services.GetServices<IHostedService>().OfType<BackgroundService>().Any(s => s.ExecuteTask is { IsFaulted: true }) ? Failed : Done;
    }

    private static IHost Build(HostApplicationBuilder builder, TemporalClientConnectOptions connect)
    {
        var options = builder.Configuration.GetSection(WorkerOptions.Section).Get<WorkerOptions>() ?? new();
        var logs = WorkerLogs.Create(builder.Configuration, options.Logs);
        connect.LoggerFactory = logs;
        connect.Runtime = WorkerLogs.Runtime(logs);
        var settings = ConnectorWorkerSettings.ForService(connect);
        builder.Services.AddSingleton(logs);
        builder.Services.AddOptions<WorkerOptions>().BindConfiguration(WorkerOptions.Section);
        builder.Services.AddSingleton(settings).AddSingleton<Readiness>();
        builder.Services.AddHostedService<HealthServer>();
        builder.Services.AddHostedService<ServiceWait>();
        builder.Services.AddConnectorWorker(builder.Configuration, settings);
        return builder.Build();
    }

    private static TemporalClientConnectOptions? LoadConnect(List<Problem> problems)
    {
        try
        {
            var connect = TemporalSettings.Load();
            connect.TargetHost = string.IsNullOrEmpty(connect.TargetHost) ? DefaultAddress : connect.TargetHost;

            // By it readiness knows this process among the pollers.
            connect.Identity ??= $"{Environment.ProcessId}@{Environment.MachineName}";
            return connect;
        }
        catch (TemporalSettingsException e)
        {
            problems.Add(new() { File = "environment", Path = "TEMPORAL_*", Found = "settings that cannot be read", Expected = e.Message });
            return null;
        }
    }

    private static async Task<int> FailAsync(int exitCode, string message)
    {
        await Console.Error.WriteLineAsync(message);
        return exitCode;
    }
}
