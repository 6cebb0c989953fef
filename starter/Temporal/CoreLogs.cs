using Microsoft.Extensions.Logging;
using Temporalio.Runtime;

namespace PersonalizeConnectors.Starter.Temporal;

/// <summary>
/// Logs of the SDK's native part and of the embedded engine, on standard error: left alone the former writes to standard output, where one document is promised.
/// Of the native part only errors, since it warns of every heartbeat that a finished activity no longer needs; of the engine only its own faults.
/// </summary>
internal static class CoreLogs
{
    // Lives as long as the process: the runtime writes to it until the end.
    public static ILoggerFactory Factory { get; } = LoggerFactory.Create(logging => logging.AddSimpleConsole(options => options.SingleLine = true)
        .AddFilter("Microsoft", LogLevel.Error)
        .AddFilter("Grpc", LogLevel.Error)
        .AddConsole(options => options.LogToStandardErrorThreshold = LogLevel.Trace));

    public static TemporalRuntime Runtime { get; } = new(new TemporalRuntimeOptions(new TelemetryOptions
    {
        Logging = new LoggingOptions(new TelemetryFilterOptions(TelemetryFilterOptions.Level.Error, TelemetryFilterOptions.Level.Error))
        {
            Forwarding = new LogForwardingOptions(Factory.CreateLogger("Temporalio.Core")),
        },
    }));
}
