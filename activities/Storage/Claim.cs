using System.Collections.Concurrent;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>A run of a Temporal service, as it stands in a hold.</summary>
internal readonly record struct Claim(string Service, string RunId);

/// <summary>
/// The claims of the runs that this process works for. A run is of one service from its beginning to its end, so that the service is asked once a run: a
/// delivery looks at its hold every second, also while the service is away.
/// </summary>
internal sealed class Claims(IServiceIdentity service)
{
    // By job: another run of it takes the place of the one before.
    private readonly ConcurrentDictionary<string, Claim> _known = new(StringComparer.Ordinal);

    public async ValueTask<Claim> FindAsync(JobLocation job, string runId, CancellationToken cancellationToken) =>
        _known.TryGetValue(job.JobPath, out var known) && known.RunId == runId
            ? known
            : _known[job.JobPath] = new(await service.FindAsync(cancellationToken), runId);
}
