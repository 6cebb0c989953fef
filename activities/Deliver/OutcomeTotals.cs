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
        // Two attempts that overlapped for a moment may both have settled an update. It counts once: accepted wins, since both sent the same
        // absolute value, and rejected wins over unknown. The state counts it likewise.
        var others = new Dictionary<UpdatePlace, OutcomeKind>();
        var accepted = new List<SettledSpan>();
        var requests = new RequestCounts();
        var next = 0;
        await foreach (var entry in store.ListAsync(prefix, cancellationToken))
        {
            var segment = OutcomeSegment.Read(await store.ReadAllAsync(entry.Key, MaxSegmentBytes, cancellationToken));
            spans.AddRange(segment.Settled);
            requests += new RequestCounts(segment.RequestsSent, segment.RequestsRetried, segment.RequestsRateLimited);
            foreach (var outcome in segment.Outcomes)
            {
                var place = new UpdatePlace(outcome.Shard, outcome.Update);
                if (others.GetValueOrDefault(place) != OutcomeKind.Rejected)
                {
                    others[place] = outcome.Kind;
                }
            }

            AddAccepted(segment, accepted);

            next = Math.Max(next, NumberOf(entry.Key) + 1);
        }

        var anywhere = new SettledSet(accepted);
        var left = others.Where(other => !anywhere.Contains(other.Key)).ToList();
        var rejected = left.LongCount(other => other.Value == OutcomeKind.Rejected);
        return new(new(spans), rejected, left.Count - rejected, requests, next);
    }

    // The segment's spans without what it lists as not accepted.
    private static void AddAccepted(OutcomeSegment segment, List<SettledSpan> accepted)
    {
        var others = segment.Outcomes.ToLookup(outcome => outcome.Shard, outcome => outcome.Update);
        foreach (var (shard, spanFirst, count) in segment.Settled)
        {
            var first = spanFirst;
            foreach (var other in others[shard].Where(update => update >= spanFirst && update < spanFirst + count).Order())
            {
                if (other > first)
                {
                    accepted.Add(new(shard, first, other - first));
                }

                first = other + 1;
            }

            if (first < spanFirst + count)
            {
                accepted.Add(new(shard, first, spanFirst + count - first));
            }
        }
    }

    private static int NumberOf(string key) =>
        int.TryParse(key.AsSpan(key.LastIndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidDataException($"{key} is no segment of an outcome log.");
}
