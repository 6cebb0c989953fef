using System.Globalization;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>What an outcome log says, over all attempts that wrote to it.</summary>
/// <param name="NextSegment">The first number that no segment has.</param>
internal sealed record OutcomeTotals(SettledSet Settled, long Rejected, long Unknown, RequestCounts Requests, int NextSegment)
{
    // A segment covers a second at most: thousands of users, a few hundred bytes each.
    private const int MaxSegmentBytes = 256 * 1024 * 1024;

    public long Accepted => Settled.Count - Rejected - Unknown;

    /// <param name="prefix">Of one range's segments, or of all ranges'.</param>
    /// <exception cref="InvalidDataException">A segment is damaged.</exception>
    public static async Task<OutcomeTotals> ReadAsync(IObjectStore store, string prefix, CancellationToken cancellationToken)
    {
        var spans = new List<SettledSpan>();
        // Two attempts that overlapped for a moment may both have settled an update; it counts once, and as accepted only if both say so.
        var others = new Dictionary<UpdatePlace, OutcomeKind>();
        var requests = new RequestCounts();
        var next = 0;
        await foreach (var entry in store.ListAsync(prefix, cancellationToken))
        {
            var segment = OutcomeSegment.Read(await store.ReadAllAsync(entry.Key, MaxSegmentBytes, cancellationToken));
            spans.AddRange(segment.Settled);
            requests += new RequestCounts(segment.RequestsSent, segment.RequestsRetried, segment.RequestsRateLimited);
            foreach (var outcome in segment.Outcomes)
            {
                others[new(outcome.Shard, outcome.Update)] = outcome.Kind;
            }

            next = Math.Max(next, NumberOf(entry.Key) + 1);
        }

        var rejected = others.Values.LongCount(kind => kind == OutcomeKind.Rejected);
        return new(new(spans), rejected, others.Count - rejected, requests, next);
    }

    private static int NumberOf(string key) =>
        int.TryParse(key.AsSpan(key.LastIndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidDataException($"{key} is no segment of an outcome log.");
}
