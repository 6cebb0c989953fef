using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Watch;

/// <summary>Tells parts that a run of this program wrote: their name ends with its id, and the run is known to the job, or older than all that are.</summary>
internal sealed class OwnParts
{
    private const string Ending = ".json.gz";
    private const int RunIdLength = 25;

    // A run has many parts, and one look is enough.
    private readonly HashSet<(string JobPath, string RunId)> _known = [];

    public async Task<bool> IsOwnAsync(JobLocation job, string name, CancellationToken cancellationToken)
    {
        if (!name.EndsWith(Ending, StringComparison.Ordinal) || name.Length < Ending.Length + RunIdLength)
        {
            return false;
        }

        var runId = name[^(Ending.Length + RunIdLength)..^Ending.Length];
        if (!RunKeys.TryParseRunId(runId, out _))
        {
            return false;
        }

        if (_known.Contains((job.JobPath, runId)))
        {
            return true;
        }

        var keys = new RunKeys(job.Prefix, runId);
        // Staging first: it goes only after the report is there.
        foreach (var folder in new[] { keys.Staging, $"{RunKeys.RunsOf(job.Prefix)}{runId}/" })
        {
            await foreach (var _ in job.Store.ListAsync(folder, cancellationToken))
            {
                _known.Add((job.JobPath, runId));
                return true;
            }
        }

        // Reports go in time, the oldest first: what is older than all that are kept had one.
        await foreach (var oldest in job.Store.ListFoldersAsync(RunKeys.RunsOf(job.Prefix), cancellationToken))
        {
            if (string.CompareOrdinal(runId, oldest) >= 0)
            {
                break;
            }

            _known.Add((job.JobPath, runId));
            return true;
        }

        return false;
    }
}
