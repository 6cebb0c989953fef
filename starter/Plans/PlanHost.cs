using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PersonalizeConnectors.Activities;
using PersonalizeConnectors.Activities.Deliver.Dry;
using PersonalizeConnectors.Activities.Report;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Starter.History;
using PersonalizeConnectors.Starter.Runs;
using PersonalizeConnectors.Starter.Temporal;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Starter.Plans;

/// <summary>An engine of this process's own, whatever is configured, with a worker whose activities write and send nothing. Everything goes with it.</summary>
internal sealed class PlanHost(PlanRequest request) : IAsyncDisposable
{
    private TemporalTarget? _temporal;
    private IHost? _host;
    private HostedWorker? _worker;

    public DryTally Tally => _host!.Services.GetRequiredService<DryTally>();

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _temporal = await TemporalTarget.StartEngineAsync(cancellationToken);
        _host = LocalHost.CreateWorker(request.Run.JobPath, _temporal.WorkerSettings, change: services => services.AddDryRun(request.Samples));
        _worker = new(_host);
        await _worker.StartAsync(cancellationToken);
    }

    /// <exception cref="WorkerStoppedException">The worker is no more.</exception>
    public async Task<DryRunResult> RunAsync(Interrupt interrupt)
    {
        var handle = await RunExecutor.StartAsync(request.Run, _temporal!, JobId.Of(request.Run.JobPath))
            ?? throw new InvalidOperationException("Nobody else knows this engine, yet it has a run of this job.");
        var closed = await RunExecutor.WatchAsync(_temporal!, handle, interrupt, _worker);
        try
        {
            await handle.GetResultAsync<ConnectorJobResult>();
            return new(await ReadReportAsync(closed), Failure: null, IsCanceled: false);
        }
        catch (WorkflowFailedException e) when (e.InnerException is CanceledFailureException)
        {
            return new(Report: null, Failure: null, IsCanceled: true);
        }
        catch (WorkflowFailedException e)
        {
            return new(await ReadReportAsync(closed), e.InnerException is { } cause ? FailureCause.Of(cause) : null, IsCanceled: false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_worker is not null)
        {
            await _worker.DisposeAsync();
        }

        _host?.Dispose();

        if (_temporal is not null)
        {
            await _temporal.DisposeAsync();
        }
    }

    private async Task<ReportDocument?> ReadReportAsync(WorkflowExecutionDescription closed)
    {
        if (!closed.Memo.TryGetValue("RunId", out var memo))
        {
            return null;
        }

        var job = _host!.Services.GetRequiredService<IJobLocator>().Open(request.Run.JobPath);
        var runId = await memo.ToValueAsync<string>();
        return await job.Store.FindAsync(new RunKeys(job.Prefix, runId).Report, CancellationToken.None) is null
            ? null
            : ReportDocument.Parse(await new RunHistory(job).ReadBytesAsync(runId, CancellationToken.None));
    }
}

/// <param name="Report">The report that the run would have written; null where it would not have come so far.</param>
/// <param name="Failure">Why the run would stop.</param>
internal sealed record DryRunResult(ReportDocument? Report, FailureCause? Failure, bool IsCanceled);
