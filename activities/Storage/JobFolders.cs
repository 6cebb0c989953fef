using System.Runtime.CompilerServices;
using PersonalizeConnectors.Core.Configuration;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>The jobs of a root, by their folders.</summary>
internal static class JobFolders
{
    private const string Root = "etl_jobs/";

    /// <summary>Folders of job types that can run, whatever lies in them.</summary>
    public static async IAsyncEnumerable<(string JobType, string JobName)> ListAsync(
        IObjectStore store, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var type in JobTypes.Supported)
        {
            await foreach (var name in store.ListFoldersAsync($"{Root}{type}/", cancellationToken))
            {
                yield return (type, name);
            }
        }
    }

    /// <summary>A job's key below its root, with the trailing slash.</summary>
    public static string PrefixOf(string jobType, string jobName) => $"{Root}{jobType}/{jobName}/";
}
