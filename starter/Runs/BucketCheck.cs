using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Starter.Runs;

/// <summary>
/// Whether the worker of this process gets into the job's bucket at all. Within a run an unreachable store is waited for, a quarter of an hour; a person
/// who mistyped an address shall not.
/// </summary>
internal static class BucketCheck
{
    public static async Task<ConnectorException?> FindProblemAsync(IHost worker, string jobPath, CancellationToken cancellationToken)
    {
        try
        {
            var job = worker.Services.GetRequiredService<IJobLocator>().Open(jobPath);
            await job.Store.FindAsync(RunKeys.ConfigOf(job.Prefix), cancellationToken);
            return null;
        }
        catch (ConnectorException e)
        {
            return e;
        }
    }
}
