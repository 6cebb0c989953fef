using Microsoft.Extensions.Logging;
using PersonalizeConnectors.Activities.Diagnostics;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Watch;

/// <summary>The jobs of a root, found by their <c>config.json</c> and read anew every ten seconds at most.</summary>
/// <param name="root">Canonical, without a trailing slash.</param>
internal sealed class WatchedJobs(string root, IObjectStore store, IJobLocator locator, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(10);

    private IReadOnlyList<WatchedJob> _jobs = [];
    private long? _readAt;

    public async Task<IReadOnlyList<WatchedJob>> ReadAsync(CancellationToken cancellationToken)
    {
        if (_readAt is not { } at || time.GetElapsedTime(at) >= Age)
        {
            _jobs = await FindAsync(cancellationToken);
            _readAt = time.GetTimestamp();
        }

        return _jobs;
    }

    private async Task<IReadOnlyList<WatchedJob>> FindAsync(CancellationToken cancellationToken)
    {
        var jobs = new List<WatchedJob>();
        await foreach (var (type, name) in JobFolders.ListAsync(store, cancellationToken))
        {
            if (await TryReadAsync($"{root}/{JobFolders.PrefixOf(type, name).TrimEnd('/')}", cancellationToken) is { } job)
            {
                jobs.Add(job);
            }
        }

        return jobs;
    }

    private async Task<WatchedJob?> TryReadAsync(string jobPath, CancellationToken cancellationToken)
    {
        try
        {
            var location = locator.Open(jobPath);
            var configuration = RunFiles.ReadConfiguration(await RunFiles.ReadConfigAsync(location, cancellationToken), location);
            var (input, prefix) = locator.OpenInput(location, configuration.BatchInferencePath);
            return new(jobPath, location, configuration, $"{input.Address}/{prefix}");
        }
        catch (ConnectorException e) when (!e.IsTransient && e.Type != FailureTypes.AwsUnreachable)
        {
            // No config.json, or one that cannot be used: a run of it would say why.
            logger.JobNotWatched(jobPath, e.Type);
            return null;
        }
    }
}
