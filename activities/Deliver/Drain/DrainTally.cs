using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Deliver.Drain;

/// <summary>Counts of a drain, by any number of threads.</summary>
/// <param name="earlier">Of the attempts before this one.</param>
internal sealed class DrainTally(DrainCounts earlier)
{
    private readonly Lock _gate = new();
    private DrainCounts _counts = earlier;

    public DrainCounts Counts
    {
        get
        {
            lock (_gate)
            {
                return _counts;
            }
        }
    }

    public long Settled => Counts is var counts ? counts.Accepted + counts.Rejected + counts.Unknown : 0;

    public void Count(DrainCounts more)
    {
        lock (_gate)
        {
            _counts += more;
        }
    }

    public void Count(RequestCounts more) => Count(new DrainCounts(Requests: more));
}
