using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PersonalizeConnectors.Activities;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Worker;

namespace PersonalizeConnectors.Starter.Runs;

/// <summary>The command line's own hosts: configuration from the environment, logs on standard error, the job's root as the one local root.</summary>
internal static class LocalHost
{
    /// <summary>Storage and checks alone, without a worker.</summary>
    /// <param name="change">Puts something else in the place of what is registered.</param>
    public static IHost Create(string jobPath, Action<IServiceCollection>? change = null)
    {
        var builder = Builder(RootsOf(jobPath));
        builder.Services.AddConnectorActivities(builder.Configuration);
        change?.Invoke(builder.Services);
        builder.Services.AddSingleton<IServiceIdentity>(ServiceIdentity.None);
        return builder.Build();
    }

    /// <param name="jobPath">The job whose root the worker may read.</param>
    /// <param name="settings">Which Temporal, which queues.</param>
    /// <param name="overrides">Configuration that wins over the environment's, for a run that brings its own destination.</param>
    /// <param name="change">Puts something else in the place of what is registered.</param>
    public static IHost CreateWorker(
        string jobPath, ConnectorWorkerSettings settings, IEnumerable<KeyValuePair<string, string?>>? overrides = null, Action<IServiceCollection>? change = null)
    {
        var builder = Builder(RootsOf(jobPath));
        builder.Configuration.AddInMemoryCollection(overrides);
        builder.Services.AddConnectorWorker(builder.Configuration, settings);
        change?.Invoke(builder.Services);
        return builder.Build();
    }

    /// <summary>A worker for whatever jobs come.</summary>
    /// <param name="roots">The local folders that it takes jobs from.</param>
    public static IHost CreateWorker(IReadOnlyList<string> roots, ConnectorWorkerSettings settings)
    {
        var builder = Builder(roots);
        builder.Services.AddConnectorWorker(builder.Configuration, settings);
        return builder.Build();
    }

    private static HostApplicationBuilder Builder(IReadOnlyList<string> roots)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddEnvironmentVariables();
        builder.Configuration.AddInMemoryCollection(roots.Select((root, i) => new KeyValuePair<string, string?>($"Storage:LocalRoots:{i}", root)));

        builder.Logging.AddSimpleConsole(options => options.SingleLine = true);
        builder.Logging.AddFilter(null, LogLevel.Error);
        builder.Logging.AddFilter("PersonalizeConnectors", LogLevel.Warning);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        return builder;
    }

    // <root>/etl_jobs/<type>/<name>; what is no such path is refused by the locator, with a better sentence than could stand here.
    private static IReadOnlyList<string> RootsOf(string jobPath) =>
        Path.IsPathFullyQualified(jobPath) && Directory.GetParent(jobPath)?.Parent?.Parent?.FullName is { } root ? [root] : [];
}
