using System.Collections.Concurrent;

namespace PersonalizeConnectors.Activities.Deliver;

/// <summary>
/// The pacers of this process, one a destination account. They are kept: what was sent a moment ago counts in the next delivery too, and accounts are few.
/// </summary>
internal sealed class PacerRegistry(TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<string, Pacer> _pacers = new(StringComparer.Ordinal);

    /// <param name="account">The session's <see cref="DestinationSession.Account"/>.</param>
    public PacerLease Join(string account, double requestsPerSecond, long? requestsPerHour) =>
        _pacers.GetOrAdd(account, static (_, clock) => new Pacer(clock), time).Join(requestsPerSecond, requestsPerHour);

    public void Dispose()
    {
        foreach (var pacer in _pacers.Values)
        {
            pacer.Dispose();
        }
    }
}
