using System.Globalization;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>Stops a delivery whose users are mostly rejected: something is wrong with all of them.</summary>
/// <param name="maxRate">Rejected / sent; null: off.</param>
/// <param name="connector">For the message.</param>
/// <param name="earlier">What earlier attempts of the range settled; null where there are none.</param>
/// <param name="cure">What a person is to do, as a sentence; null: what helps a run.</param>
/// <param name="window">After so many users counting begins anew, in a delivery without an end; null: it never does.</param>
/// <remarks>An update counts as sent when it is rendered: rejections before sending would else run ahead of the answers of those beside them.</remarks>
internal sealed class RejectGuard(double? maxRate, string connector, OutcomeTotals? earlier, string? cure = null, long? window = null)
{
    private const string CureOfARun = "Look at the reasons in the report, mend them and run again, or run with --override-guards.";

    private readonly Lock _gate = new();
    private long _sent = earlier?.Settled.Count ?? 0;
    private long _rejected = earlier?.Rejected ?? 0;

    /// <summary>Counts an update that is about to be sent or rejected.</summary>
    public void CountSent()
    {
        lock (_gate)
        {
            if (_sent >= window)
            {
                (_sent, _rejected) = (0, 0);
            }

            _sent++;
        }
    }

    /// <exception cref="ConnectorException"><c>GuardTripped</c>.</exception>
    public void CountRejected(long rejected)
    {
        if (rejected == 0)
        {
            return;
        }

        long allSent, allRejected;
        lock (_gate)
        {
            allSent = _sent;
            allRejected = _rejected += rejected;
        }

        if (allSent >= DeliveryPolicies.RejectRateSample)
        {
            Check(allSent, allRejected);
        }
    }

    /// <summary>True where a range that is too small for a rate of its own would trip: then the whole delivery so far decides.</summary>
    public bool IsDoubtful
    {
        get
        {
            lock (_gate)
            {
                return _sent < DeliveryPolicies.RejectRateSample && IsOver(_sent, _rejected);
            }
        }
    }

    /// <exception cref="ConnectorException"><c>GuardTripped</c>.</exception>
    public void Check(long sent, long rejected)
    {
        if (IsOver(sent, rejected))
        {
            throw new ConnectorException(
                FailureTypes.GuardTripped,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Connector \"{connector}\": {rejected} of {sent} users sent so far were rejected, more than guards.maxRejectRate = {maxRate} allows. {cure ?? CureOfARun}"),
                transient: false);
        }
    }

    private bool IsOver(long sent, long rejected) => maxRate is { } most && sent > 0 && (double)rejected / sent > most;
}
