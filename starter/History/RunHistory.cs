using System.Text.Json;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Report;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Starter.History;

/// <summary>The runs of a job, as <c>runs/</c> has them.</summary>
internal sealed class RunHistory(JobLocation job)
{
    private const int MaxReportBytes = 64 * 1024 * 1024;

    // A bucket takes tens of milliseconds for each; so many hide that, and hold no more than so many reports' bytes.
    private const int ReadsAtOnce = 8;

    /// <summary>Ids of the runs, newest first, and names in the folder that are none of a run.</summary>
    public async Task<RunList> ListAsync(CancellationToken cancellationToken)
    {
        var (runs, foreign) = (new List<string>(), new List<string>());
        await foreach (var name in job.Store.ListFoldersAsync(RunKeys.RunsOf(job.Prefix), cancellationToken))
        {
            (RunKeys.TryParseRunId(name, out _) ? runs : foreign).Add(name);
        }

        runs.Sort(StringComparer.Ordinal);
        runs.Reverse();
        return new(runs, foreign);
    }

    /// <summary>The report as it lies there.</summary>
    /// <exception cref="ObjectNotFoundException">The run has none.</exception>
    public Task<byte[]> ReadBytesAsync(string runId, CancellationToken cancellationToken) =>
        job.Store.ReadAllAsync(new RunKeys(job.Prefix, runId).Report, MaxReportBytes, cancellationToken);

    /// <summary>The run's report, or what is wrong with it.</summary>
    public async Task<PastRun> ReadAsync(string runId, CancellationToken cancellationToken)
    {
        var key = new RunKeys(job.Prefix, runId).Report;
        try
        {
            return new(runId, ReportReader.Parse(await ReadBytesAsync(runId, cancellationToken), runId), null);
        }
        catch (ObjectNotFoundException)
        {
            return new(runId, null, $"{job.Store.Address}/{key} is not there.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException or ConnectorException { IsTransient: false })
        {
            return new(runId, null, $"{job.Store.Address}/{key} cannot be read: {e.Message}");
        }
    }

    /// <summary>Their reports in the given order, several read at once.</summary>
    /// <param name="read">Told how many are read.</param>
    public async Task<IReadOnlyList<PastRun>> ReadAllAsync(IReadOnlyList<string> runIds, IProgress<int>? read, CancellationToken cancellationToken)
    {
        var runs = new PastRun[runIds.Count];
        var count = 0;
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, runs.Length, atOnce, async (index, token) =>
        {
            runs[index] = await ReadAsync(runIds[index], token);
            read?.Report(Interlocked.Increment(ref count));
        });
        return runs;
    }

    /// <summary>The newest report that can be read: one that was pruned meanwhile, or is damaged, is passed over.</summary>
    /// <returns>Null where there is none.</returns>
    public async Task<ReportDocument?> FindLastAsync(CancellationToken cancellationToken)
    {
        foreach (var runId in (await ListAsync(cancellationToken)).Runs)
        {
            if ((await ReadAsync(runId, cancellationToken)).Report is { } report)
            {
                return report;
            }
        }

        return null;
    }

    /// <summary>Readable reports of runs before the given one, newest first.</summary>
    public async Task<IReadOnlyList<ReportDocument>> ReadEarlierAsync(IReadOnlyList<string> runs, string before, int most, CancellationToken cancellationToken)
    {
        var earlier = await ReadAllAsync([.. runs.Where(r => string.CompareOrdinal(r, before) < 0).Take(most)], null, cancellationToken);
        return [.. earlier.Select(run => run.Report).OfType<ReportDocument>()];
    }
}

/// <param name="Runs">Newest first.</param>
/// <param name="Foreign">Names below <c>runs/</c> that no run has made.</param>
internal sealed record RunList(IReadOnlyList<string> Runs, IReadOnlyList<string> Foreign);

/// <param name="Report">Null where it cannot be read.</param>
/// <param name="Trouble">Then what is wrong with it.</param>
internal sealed record PastRun(string RunId, ReportDocument? Report, string? Trouble);
