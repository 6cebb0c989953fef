using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage.State;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Core.State;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Report;

/// <summary>
/// Sums up a connector's outcome log, which is right however the delivery ended. Ranges share no update, so one range at a time is enough.
/// </summary>
internal static class OutcomeReader
{
    /// <summary>Most reasons that a report names.</summary>
    public const int MaxReasons = 50;

    public static async Task<LoggedOutcomes> ReadAsync(OutcomeSegments log, StepContext context)
    {
        var reasons = new Dictionary<string, Rejection>(StringComparer.Ordinal);
        RequestCounts? requests = null;
        long collapsed = 0;
        foreach (var range in await log.RangesAsync(context.CancellationToken))
        {
            context.Report(0, 0);
            var segments = new List<OutcomeSegment>();
            await foreach (var segment in log.ReadAsync(range, context.CancellationToken))
            {
                segments.Add(segment);
                requests = (requests ?? new()) + new RequestCounts(segment.RequestsSent, segment.RequestsRetried, segment.RequestsRateLimited);
                collapsed += segment.CollapsedUsers;
            }

            Count(segments, reasons);
        }

        return new(
            requests, collapsed,
            [
                .. reasons.Values.OrderByDescending(r => r.Users).ThenBy(r => r.Reason, StringComparer.Ordinal).Take(MaxReasons),
            ]);
    }

    private static void Count(List<OutcomeSegment> segments, Dictionary<string, Rejection> reasons)
    {
        var counted = new HashSet<(int Shard, long Update)>();
        var byShard = new Dictionary<int, ShardOutcomes>();
        foreach (var outcome in segments.SelectMany(s => s.Outcomes).Where(o => o.Kind == OutcomeKind.Rejected))
        {
            if (!byShard.TryGetValue(outcome.Shard, out var outcomes))
            {
                byShard.Add(outcome.Shard, outcomes = new());
                segments.ForEach(s => outcomes.Add(s, outcome.Shard));
            }

            // Another attempt may have settled the same update again, and accepted wins: as the state counts it.
            if (outcomes.Find(outcome.Update) == OutcomeKind.Rejected && counted.Add((outcome.Shard, outcome.Update)))
            {
                reasons[outcome.Reason] = reasons.TryGetValue(outcome.Reason, out var known)
                    ? known with { Users = known.Users + 1 }
                    : new(outcome.Reason, 1, outcome.UserId);
            }
        }
    }
}

/// <summary>What an outcome log says of a whole connector.</summary>
/// <param name="Requests">Of all attempts; null where there is no segment that can be read.</param>
/// <param name="CollapsedUsers">Users whose lists the destination shortens, because values in them are equal.</param>
/// <param name="Rejections">Most frequent first.</param>
internal sealed record LoggedOutcomes(RequestCounts? Requests, long CollapsedUsers, IReadOnlyList<Rejection> Rejections);
