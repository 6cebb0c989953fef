using System.Runtime.CompilerServices;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Deliver.Drain;

/// <summary>
/// Whose users a queue's records are. Jobs of one root may share a queue, as all of the sample's do; a record says by <c>jobInfo.name</c> which job
/// wrote it, but not of which type that is.
/// </summary>
/// <param name="own">The job that the queue is drained for.</param>
internal sealed class RecordOwners(JobLocation own)
{
    private const string JobsFolder = "etl_jobs/";

    /// <param name="jobName">As the record says, which may be anything; null where it says nothing.</param>
    /// <returns>The root's jobs of that name; the drain's own where there is none, as for records of Glue jobs, which have names of their own.</returns>
    public async Task<IReadOnlyList<JobLocation>> FindAsync(string? jobName, CancellationToken cancellationToken)
    {
        var found = new List<JobLocation>();
        if (jobName is not null)
        {
            await foreach (var job in ListAsync(jobName, cancellationToken))
            {
                found.Add(job);
            }
        }

        return found.Count > 0 ? found : [own];
    }

    // A name out of a message is compared with those that there are, and never makes a key.
    private async IAsyncEnumerable<JobLocation> ListAsync(string jobName, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var root = own.JobPath[..^(own.Prefix.Length - 1)];
        foreach (var type in JobTypes.Supported)
        {
            await foreach (var name in own.Store.ListFoldersAsync($"{JobsFolder}{type}/", cancellationToken))
            {
                var prefix = $"{JobsFolder}{type}/{name}/";
                if (name == jobName && await own.Store.FindAsync(RunKeys.ConfigOf(prefix), cancellationToken) is not null)
                {
                    yield return new(own.Store, root + prefix.TrimEnd('/'), prefix, type, name);
                }
            }
        }
    }
}
