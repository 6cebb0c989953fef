using System.Text.Json;
using Microsoft.Extensions.Logging;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Storage.State;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Report;

/// <summary>Ends a run, however it went: writes its report, removes what is not needed any more, lets the job go.</summary>
public sealed partial class RunReporter(IJobLocator locator, IRunOpener opener, IJobHold hold, IScratch scratch, ILogger<RunReporter> logger)
{
    internal const int MaxReportBytes = 64 * 1024 * 1024;

    /// <summary>Keeps a connector's outcome until the run is reported.</summary>
    public async Task<StageOutcomeResult> StageAsync(StageOutcomeInput input, StepContext context)
    {
        var job = locator.Open(input.Run.JobPath);
        return new(await StagedOutcomes.PutAsync(job, new RunKeys(job.Prefix, input.Run.RunId), input.Outcome, context.CancellationToken));
    }

    public async Task<ReportResult> RunAsync(ReportInput input, StepContext context)
    {
        var job = locator.Open(input.Run.JobPath);
        var keys = new RunKeys(job.Prefix, input.Run.RunId);
        var run = await OpenAsync(input.Run, context.CancellationToken);
        var report = await FindOwnAsync(job, keys, input, context.CancellationToken) ?? await WriteAsync(job, keys, input, run, context);
        if (run is not null)
        {
            await PruneAsync(job, run.Configuration, context);
        }

        if (!input.KeepStaging)
        {
            await StagingRemoval.RunAsync(job.Store, keys, context);
        }

        scratch.Forget(keys.RunId);
        await hold.ReleaseAsync(job, keys.RunId, context.CancellationToken);
        return new(report.Status, keys.Report);
    }

    /// <summary>
    /// The report of an earlier attempt, which may have removed the staging that this one would need. A run that was reset reports again, with
    /// another duration.
    /// </summary>
    private static async Task<ReportDocument?> FindOwnAsync(JobLocation job, RunKeys keys, ReportInput input, CancellationToken cancellationToken)
    {
        try
        {
            var report = ReportDocument.Parse(await job.Store.ReadAllAsync(keys.Report, MaxReportBytes, cancellationToken));
            return report.WorkflowId == input.WorkflowId && report.Seconds.Equals(input.Seconds) ? report : null;
        }
        catch (Exception e) when (e is ObjectNotFoundException or JsonException)
        {
            return null;
        }
    }

    private async Task<ReportDocument> WriteAsync(JobLocation job, RunKeys keys, ReportInput input, OpenedRun? run, StepContext context)
    {
        var whole = await StagedOutcomes.ResolveAsync(job, keys, input, context.CancellationToken);
        var report = await ReportBuilder.BuildAsync(job, keys, whole, run, key => LogDamaged(keys.RunId, key), context);

        // The page first: a report that is there has its page.
        await job.Store.PutAsync(keys.ReportHtml, ReportPage.Render(report), PutCondition.None, context.CancellationToken);
        await job.Store.PutAsync(keys.Report, report.ToJson(), PutCondition.None, context.CancellationToken);
        return report;
    }

    // A run that failed before its plan was written does not know how many runs to keep, and then keeps them all.
    private async Task<OpenedRun?> OpenAsync(RunRef run, CancellationToken cancellationToken)
    {
        try
        {
            return await opener.OpenAsync(run, cancellationToken);
        }
        catch (Exception e) when (e is ConnectorException { IsTransient: false } or InvalidDataException)
        {
            LogNotPruned(run.RunId, e.Message);
            return null;
        }
    }

    private async Task PruneAsync(JobLocation job, JobConfiguration configuration, StepContext context)
    {
        try
        {
            await RunPruner.RunAsync(job, configuration, context);
        }
        catch (ConnectorException e)
        {
            // The next run prunes again; this one has its report, and must let the job go.
            LogPruneFailed(e);
        }
    }

    [LoggerMessage(4200, LogLevel.Warning, "Run {Run}: {Key} cannot be read and is left out of the report.")]
    private partial void LogDamaged(string run, string key);

    [LoggerMessage(4201, LogLevel.Information, "Run {Run} has no readable plan, so older runs are all kept: {Reason}")]
    private partial void LogNotPruned(string run, string reason);

    [LoggerMessage(4202, LogLevel.Warning, "Older runs could not be removed; the next run tries again.")]
    private partial void LogPruneFailed(Exception cause);
}
