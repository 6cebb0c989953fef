using Microsoft.Extensions.Logging;

namespace PersonalizeConnectors.Activities.Diagnostics;

/// <summary>Log messages of a watch: event ids 4100 to 4199. No keys of objects.</summary>
internal static partial class WatchLogs
{
    [LoggerMessage(4100, LogLevel.Warning, "{JobPath} is not watched: {FailureType}; \"validate\" says more")]
    public static partial void JobNotWatched(this ILogger logger, string jobPath, string failureType);
}
