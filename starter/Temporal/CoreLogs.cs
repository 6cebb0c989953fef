using Microsoft.Extensions.Logging;
using Temporalio.Runtime;

namespace PersonalizeConnectors.Starter.Temporal;

/// <summary>
/// The SDK's native part, with its log on standard error: left alone it writes to standard output, where one document is promised.
/// Only errors, since it warns of every heartbeat that a finished activity no longer needs.
/// </summary>
internal static class CoreLogs
{
    // Lives as long as the process: the runtime writes to it until the end.
    private static readonly ILoggerFactory Factory = LoggerFactory.Create(logging => logging.AddSimpleConsole(options => options.SingleLine = true)
        .AddConsole(options => options.LogToStandardErrorThreshold = LogLevel.Trace));

    public static TemporalRuntime Runtime { get; } = new(new TemporalRuntimeOptions(new TelemetryOptions
    {
        Logging = new LoggingOptions(new TelemetryFilterOptions(TelemetryFilterOptions.Level.Error, TelemetryFilterOptions.Level.Error))
        {
            Forwarding = new LogForwardingOptions(Factory.CreateLogger("Temporalio.Core")),
        },
    }));
}
