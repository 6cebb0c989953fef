using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using PersonalizeConnectors.Worker.Settings;
using Temporalio.Runtime;

namespace PersonalizeConnectors.Worker.Logs;

/// <summary>
/// The log of a worker process on standard output, all of it in one form, the SDK's native part too. Scopes stay out: the SDK puts every id of a workflow
/// and an activity there.
/// </summary>
internal static class WorkerLogs
{
    private const string Timestamp = "yyyy-MM-ddTHH:mm:ss.fffZ ";

    /// <param name="configuration">Its section <c>Logging</c> sets levels, as everywhere on this platform.</param>
    /// <returns>Never disposed: the native part writes to it until the process ends.</returns>
    public static ILoggerFactory Create(IConfiguration configuration, LogForm form) => LoggerFactory.Create(logging =>
    {
        // The host's own lines tell about folders and key combinations, which a service has no use for.
        logging.AddFilter("Microsoft", LogLevel.Warning).AddConfiguration(configuration.GetSection("Logging"));
        _ = form == LogForm.Json
            ? logging.AddJsonConsole(options => (options.TimestampFormat, options.UseUtcTimestamp) = (Timestamp.TrimEnd(), true))
            : logging.AddSimpleConsole(options =>
                (options.SingleLine, options.TimestampFormat, options.UseUtcTimestamp, options.ColorBehavior) =
                (true, Timestamp, true, LoggerColorBehavior.Disabled));
    });

    /// <summary>The SDK's runtime with its log in ours.</summary>
    public static TemporalRuntime Runtime(ILoggerFactory logs) => new(new TemporalRuntimeOptions(new TelemetryOptions
    {
        Logging = new LoggingOptions(new TelemetryFilterOptions(TelemetryFilterOptions.Level.Warn, TelemetryFilterOptions.Level.Error))
        {
            Forwarding = new LogForwardingOptions(logs.CreateLogger("Temporalio.Core")),
        },
    }));
}
