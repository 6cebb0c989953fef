using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Core.State;

/// <summary>
/// What became of a shard's updates, over all segments of the outcome log. Two attempts of a delivery may settle the same update twice: then
/// accepted wins, since both sent the same absolute value, and rejected wins over unknown.
/// </summary>
public sealed class ShardOutcomes
{
    private readonly Dictionary<long, OutcomeKind> _others = [];
    private readonly List<(long First, long End)> _accepted = [];
    private bool _isSorted = true;

    private ShardOutcomes(bool acceptsAll) => AcceptsAll = acceptsAll;

    public ShardOutcomes()
        : this(false)
    {
    }

    /// <summary>Every update counts as accepted: <c>delivery: none</c>, where the written parts are the delivery.</summary>
    public static ShardOutcomes AllAccepted { get; } = new(acceptsAll: true);

    public bool AcceptsAll { get; }

    /// <summary>True where nothing of the shard was settled.</summary>
    public bool IsEmpty => !AcceptsAll && _accepted.Count == 0 && _others.Count == 0;

    /// <summary>How many updates were accepted.</summary>
    public long CountAccepted()
    {
        Sort();
        return _accepted.Sum(a => a.End - a.First);
    }

    /// <summary>Takes what the segment says of the shard.</summary>
    public void Add(OutcomeSegment segment, int shard)
    {
        var others = new SortedSet<long>();
        foreach (var outcome in segment.Outcomes)
        {
            if (outcome.Shard == shard && outcome.Kind != OutcomeKind.Accepted)
            {
                others.Add(outcome.Update);
                if (!_others.TryGetValue(outcome.Update, out var known) || known == OutcomeKind.Unknown)
                {
                    _others[outcome.Update] = outcome.Kind;
                }
            }
        }

        foreach (var span in segment.Settled)
        {
            if (span.Shard == shard)
            {
                AddAccepted(span.First, span.First + span.Count, others);
            }
        }

        _isSorted = false;
    }

    /// <summary>The update's outcome; null where it was not settled.</summary>
    public OutcomeKind? Find(long update)
    {
        if (AcceptsAll || IsAccepted(update))
        {
            return OutcomeKind.Accepted;
        }

        return _others.TryGetValue(update, out var kind) ? kind : null;
    }

    private void AddAccepted(long first, long end, SortedSet<long> others)
    {
        if (end <= first)
        {
            return;
        }

        foreach (var other in others.GetViewBetween(first, end - 1))
        {
            if (other > first)
            {
                _accepted.Add((first, other));
            }

            first = other + 1;
        }

        if (end > first)
        {
            _accepted.Add((first, end));
        }
    }

    private bool IsAccepted(long update)
    {
        Sort();
        var low = 0;
        var high = _accepted.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_accepted[middle].First <= update)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low > 0 && update < _accepted[low - 1].End;
    }

    private void Sort()
    {
        if (_isSorted)
        {
            return;
        }

        _isSorted = true;
        _accepted.Sort();
        var kept = 0;
        for (var i = 1; i < _accepted.Count; i++)
        {
            if (_accepted[i].First <= _accepted[kept].End)
            {
                _accepted[kept] = (_accepted[kept].First, Math.Max(_accepted[kept].End, _accepted[i].End));
            }
            else
            {
                _accepted[++kept] = _accepted[i];
            }
        }

        if (_accepted.Count > 0)
        {
            _accepted.RemoveRange(kept + 1, _accepted.Count - kept - 1);
        }
    }
}
