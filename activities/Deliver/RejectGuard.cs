using System.Globalization;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>Stops a delivery whose users are mostly rejected: something is wrong with all of them.</summary>
/// <param name="maxRate">Rejected / sent; null: off.</param>
/// <param name="connector">For the message.</param>
/// <param name="earlier">What earlier attempts of the range settled.</param>
internal sealed class RejectGuard(double? maxRate, string connector, OutcomeTotals earlier)
{
    private readonly Lock _gate = new();
    private long _settled = earlier.Settled.Count;
    private long _rejected = earlier.Rejected;

    /// <exception cref="ConnectorException"><c>GuardTripped</c>.</exception>
    public void Count(long settled, long rejected)
    {
        long allSettled, allRejected;
        lock (_gate)
        {
            allSettled = _settled += settled;
            allRejected = _rejected += rejected;
        }

        if (allSettled >= DeliveryPolicies.RejectRateSample)
        {
            Check(allSettled, allRejected);
        }
    }

    /// <summary>True where a range that is too small for a rate of its own would trip: then the whole delivery so far decides.</summary>
    public bool IsDoubtful
    {
        get
        {
            lock (_gate)
            {
                return _settled < DeliveryPolicies.RejectRateSample && IsOver(_settled, _rejected);
            }
        }
    }

    /// <exception cref="ConnectorException"><c>GuardTripped</c>.</exception>
    public void Check(long settled, long rejected)
    {
        if (IsOver(settled, rejected))
        {
            throw new ConnectorException(
                FailureTypes.GuardTripped,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Connector \"{connector}\": {rejected} of {settled} users sent so far were rejected, more than guards.maxRejectRate = {maxRate} allows. Look at the reasons in the report, mend them and run again, or run with --override-guards."),
                transient: false);
        }
    }

    private bool IsOver(long settled, long rejected) => maxRate is { } most && settled > 0 && (double)rejected / settled > most;
}
