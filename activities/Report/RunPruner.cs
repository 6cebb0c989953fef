using System.Text.Json;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Report;

/// <summary>
/// Keeps the newest runs: removes <c>runs/</c>, <c>rejected/</c> and <c>errors/</c> of those before them. While there are no more runs than
/// are kept, nothing is removed. <c>output/</c> never is.
/// </summary>
internal static class RunPruner
{
    public static async Task RunAsync(JobLocation job, JobConfiguration configuration, StepContext context)
    {
        var runs = await RunsBelowAsync(job, RunKeys.RunsOf(job.Prefix), context);
        if (runs.Count <= configuration.KeepRuns)
        {
            return;
        }

        var oldestKept = runs.Keys.ElementAt(runs.Count - Math.Max(1, configuration.KeepRuns));
        foreach (var connector in await ConnectorsAsync(job, configuration, runs.Keys.TakeWhile(r => string.CompareOrdinal(r, oldestKept) < 0), context))
        {
            var rejected = await RunsBelowAsync(job, RunKeys.RejectedOf(job.Prefix, connector), context);
            await RemoveBeforeAsync(job, rejected, oldestKept, context);
        }

        await RemoveErrorsBeforeAsync(job, new RunKeys(job.Prefix, oldestKept).ErrorPart(0), context);

        // Last, since the reports say what else there is to remove.
        await RemoveBeforeAsync(job, runs, oldestKept, context);
    }

    /// <summary>Those of the configuration, and those that it had when the old runs went.</summary>
    private static async Task<SortedSet<string>> ConnectorsAsync(
        JobLocation job, JobConfiguration configuration, IEnumerable<string> oldRuns, StepContext context)
    {
        var names = new SortedSet<string>(configuration.Connectors.Select(c => c.Name), StringComparer.Ordinal);
        foreach (var run in oldRuns)
        {
            context.Report(0, 0);
            try
            {
                var report = await job.Store.ReadAllAsync(new RunKeys(job.Prefix, run).Report, RunReporter.MaxReportBytes, context.CancellationToken);
                names.UnionWith(ReportDocument.Parse(report).Connectors.Keys);
            }
            catch (Exception e) when (e is ObjectNotFoundException or JsonException or InvalidDataException)
            {
                // A run without a report that can be read names nobody.
            }
        }

        return names;
    }

    /// <summary>Keys by run id, oldest first; whatever is not named by a run id is left alone.</summary>
    private static async Task<SortedDictionary<string, List<string>>> RunsBelowAsync(JobLocation job, string folder, StepContext context)
    {
        var runs = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        await foreach (var entry in job.Store.ListAsync(folder, context.CancellationToken))
        {
            var end = entry.Key.IndexOf('/', folder.Length);
            if (end > 0 && entry.Key[folder.Length..end] is var run && RunKeys.TryParseRunId(run, out _))
            {
                if (!runs.TryGetValue(run, out var keys))
                {
                    runs.Add(run, keys = []);
                }

                keys.Add(entry.Key);
            }
        }

        return runs;
    }

    private static async Task RemoveBeforeAsync(JobLocation job, SortedDictionary<string, List<string>> runs, string oldestKept, StepContext context)
    {
        foreach (var key in runs.Where(r => string.CompareOrdinal(r.Key, oldestKept) < 0).SelectMany(r => r.Value))
        {
            context.Report(0, 0);
            await job.Store.DeleteAsync(key, context.CancellationToken);
        }
    }

    // Dated folders sort by time: what stands before the oldest kept run's first part is older than that run.
    private static async Task RemoveErrorsBeforeAsync(JobLocation job, string firstKept, StepContext context)
    {
        var keptFolder = firstKept[..(firstKept.LastIndexOf('/') + 1)];
        var older = new List<string>();
        await foreach (var entry in job.Store.ListAsync(RunKeys.ErrorsOf(job.Prefix) + "year=", context.CancellationToken))
        {
            if (string.CompareOrdinal(entry.Key, keptFolder) < 0)
            {
                older.Add(entry.Key);
            }
        }

        foreach (var key in older)
        {
            context.Report(0, 0);
            await job.Store.DeleteAsync(key, context.CancellationToken);
        }
    }
}
