using System.Text.Json;
using PersonalizeConnectors.Activities.Report;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Starter.Plans;

/// <summary>Finds the newest report of a job.</summary>
internal static class LastRunReader
{
    private const int MaxReportBytes = 64 * 1024 * 1024;

    /// <returns>Null where there is none that can be read.</returns>
    public static async Task<ReportDocument?> FindAsync(JobLocation job, CancellationToken cancellationToken)
    {
        var runs = new List<string>();
        await foreach (var name in job.Store.ListFoldersAsync(RunKeys.RunsOf(job.Prefix), cancellationToken))
        {
            if (RunKeys.TryParseRunId(name, out _))
            {
                runs.Add(name);
            }
        }

        foreach (var run in runs.OrderDescending(StringComparer.Ordinal))
        {
            if (await ReadAsync(job, run, cancellationToken) is { } report)
            {
                return report;
            }
        }

        return null;
    }

    private static async Task<ReportDocument?> ReadAsync(JobLocation job, string run, CancellationToken cancellationToken)
    {
        try
        {
            return ReportDocument.Parse(await job.Store.ReadAllAsync(new RunKeys(job.Prefix, run).Report, MaxReportBytes, cancellationToken));
        }
        catch (Exception e) when (e is ObjectNotFoundException or JsonException)
        {
            // A run that was pruned meanwhile, or a file that is no report: the one before is the last then.
            return null;
        }
    }
}
