using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Deliver.Drain;

/// <summary>
/// Whose users a queue's records are. Jobs of one root may share a queue, as all of the sample's do; a record says by <c>jobInfo.name</c> which job
/// wrote it, but not of which type that is.
/// </summary>
/// <param name="own">The job that the queue is drained for.</param>
internal sealed class RecordOwners(JobLocation own)
{
    /// <param name="jobName">As the record says, which may be anything; null where it says nothing.</param>
    /// <returns>The root's jobs of that name; the drain's own where there is none, as for records of Glue jobs, which have names of their own.</returns>
    public async Task<IReadOnlyList<JobLocation>> FindAsync(string? jobName, CancellationToken cancellationToken)
    {
        var found = new List<JobLocation>();
        if (jobName is not null)
        {
            await foreach (var (type, name) in JobFolders.ListAsync(own.Store, cancellationToken))
            {
                // A name out of a message is compared with those that there are, and never makes a key.
                var prefix = JobFolders.PrefixOf(type, name);
                if (name == jobName && await own.Store.FindAsync(RunKeys.ConfigOf(prefix), cancellationToken) is not null)
                {
                    found.Add(new(own.Store, own.JobPath[..^(own.Prefix.Length - 1)] + prefix.TrimEnd('/'), prefix, type, name));
                }
            }
        }

        return found.Count > 0 ? found : [own];
    }
}
