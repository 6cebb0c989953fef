using Microsoft.Extensions.Logging;

namespace PersonalizeConnectors.Activities.Diagnostics;

/// <summary>Log messages of a delivery: event ids 4000 to 4099. No user ids, no payloads, no keys.</summary>
internal static partial class DeliveryLogs
{
    [LoggerMessage(4000, LogLevel.Information, "Connector {Connector}, range {Range}: {Updates} updates, {Settled} of them settled by earlier attempts")]
    public static partial void RangeBegins(this ILogger logger, string connector, int range, long updates, long settled);

    [LoggerMessage(4001, LogLevel.Information, "Connector {Connector}, range {Range}: {Accepted} accepted, {Rejected} rejected, {Unknown} unknown; the destination shortens the lists of {Collapsed} users")]
    public static partial void RangeEnds(this ILogger logger, string connector, int range, long accepted, long rejected, long unknown, long collapsed);

    [LoggerMessage(4002, LogLevel.Error, "Connector {Connector}, range {Range}: stopped by {FailureType} after {Settled} updates of this attempt")]
    public static partial void RangeStops(this ILogger logger, string connector, int range, string failureType, long settled);

    [LoggerMessage(4003, LogLevel.Warning, "Connector {Connector}: the destination did not take the key; it was read anew")]
    public static partial void KeyReadAnew(this ILogger logger, string connector);

    [LoggerMessage(4010, LogLevel.Information, "Connector {Connector}: draining {Queue}")]
    public static partial void DrainBegins(this ILogger logger, string connector, string queue);

    [LoggerMessage(4011, LogLevel.Information, "Connector {Connector}: the drain ended with {Accepted} users accepted, {Rejected} rejected, {Unknown} unknown, {Superseded} messages superseded, {Poison} that are no record")]
    public static partial void DrainEnds(this ILogger logger, string connector, long accepted, long rejected, long unknown, long superseded, long poison);

    [LoggerMessage(4012, LogLevel.Error, "Connector {Connector}: the drain was stopped by {FailureType} after {Settled} users")]
    public static partial void DrainStops(this ILogger logger, string connector, string failureType, long settled);
}
