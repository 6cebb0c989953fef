using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Activities.Delta;

/// <summary>What of a run and a connector decides about updates.</summary>
/// <param name="SendsAll">Unchanged users are sent too.</param>
/// <param name="ClearsRemoved">Removed users lose their attributes; otherwise what was sent stands.</param>
/// <param name="IsPartial">The run looks at some users only, and so never sees a removal.</param>
/// <param name="ResendUpTo">Unchanged users whose last update was accepted on this day or before it are sent again; days since 1970-01-01 UTC, null for never.</param>
internal readonly record struct DeltaSettings(bool SendsAll, bool ClearsRemoved, bool IsPartial, int? ResendUpTo)
{
    public static DeltaSettings Of(OpenedRun run, ConnectorConfiguration connector, long? limit)
    {
        // The run's own day, not the clock's: a second attempt must decide as the first one did.
        var today = (int)Math.Floor((run.Plan.StartedAt - DateTimeOffset.UnixEpoch).TotalDays);
        return new(
            SendsAll: !connector.PerformDeltaCheck || run.Plan.FullResync,
            ClearsRemoved: connector.OnRemoved == OnRemoved.Clear,
            IsPartial: run.Plan.IsPartial || limit is not null,
            ResendUpTo: connector.ResendAfterDays is { } days ? today - days : null);
    }
}
