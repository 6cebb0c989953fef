using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>The updates that an outcome log settled, as merged spans.</summary>
internal sealed class SettledSet
{
    private readonly List<SettledSpan> _spans;

    /// <param name="spans">In any order; they may overlap.</param>
    public SettledSet(IEnumerable<SettledSpan> spans)
    {
        _spans = Merge(spans);
        Count = _spans.Sum(s => s.Count);
    }

    /// <summary>Updates, each counted once.</summary>
    public long Count { get; }

    /// <summary>Sorted and merged where they touch or overlap.</summary>
    public static List<SettledSpan> Merge(IEnumerable<SettledSpan> spans)
    {
        var merged = new List<SettledSpan>();
        foreach (var span in spans.OrderBy(s => s.Shard).ThenBy(s => s.First))
        {
            if (merged.Count > 0 && merged[^1] is var last && last.Shard == span.Shard && span.First <= last.First + last.Count)
            {
                merged[^1] = last with { Count = Math.Max(last.Count, span.First + span.Count - last.First) };
            }
            else
            {
                merged.Add(span);
            }
        }

        return merged;
    }

    public bool Contains(UpdatePlace place)
    {
        int low = 0, high = _spans.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            var span = _spans[middle];
            if (span.Shard < place.Shard || (span.Shard == place.Shard && span.First + span.Count <= place.Number))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low < _spans.Count && _spans[low].Shard == place.Shard && _spans[low].First <= place.Number;
    }
}
