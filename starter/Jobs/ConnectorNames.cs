using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Starter.Jobs;

/// <summary>The connectors of a job: those of its configuration, and those that have left output, configured still or not.</summary>
internal static class ConnectorNames
{
    public static async Task<IReadOnlyList<string>> ListAsync(JobLocation job, CancellationToken cancellationToken)
    {
        var names = new List<string>(await ConfiguredAsync(job, cancellationToken));
        await foreach (var name in job.Store.ListFoldersAsync(job.Prefix + "output/", cancellationToken))
        {
            if (!names.Contains(name, StringComparer.Ordinal))
            {
                names.Add(name);
            }
        }

        return names;
    }

    /// <exception cref="ConnectorException"><c>InvalidInput</c>: the job has no such connector.</exception>
    public static async Task RequireAsync(JobLocation job, string connector, CancellationToken cancellationToken)
    {
        var names = await ListAsync(job, cancellationToken);
        if (!names.Contains(connector, StringComparer.Ordinal))
        {
            throw new ConnectorException(
                FailureTypes.InvalidInput,
                $"{job.JobPath} has no connector \"{connector}\"; "
                + (names.Count == 0 ? "it has none at all." : $"it has {string.Join(", ", names)}.")
                + (NearestName.Find(connector, names) is { } nearest ? $" Did you mean {nearest}?" : ""),
                transient: false);
        }
    }

    // A configuration that cannot be used is validate's business; what lies in output/ can be shown all the same.
    private static async Task<IEnumerable<string>> ConfiguredAsync(JobLocation job, CancellationToken cancellationToken)
    {
        try
        {
            var key = RunKeys.ConfigOf(job.Prefix);
            var config = await job.Store.ReadAllAsync(key, ConfigurationReader.MaxBytes, cancellationToken);
            return ConfigurationReader.Read(config, key).Configuration?.Connectors.Select(c => c.Name) ?? [];
        }
        catch (StorageException)
        {
            return [];
        }
    }
}
