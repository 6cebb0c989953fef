using System.Text;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Workflows.Jobs;

/// <summary>Runs a job. The run with the job's own workflow id does the work; started under any other id, it starts that one and waits for it.</summary>
[Workflow("ConnectorJob")]
public sealed class ConnectorJobWorkflow
{
    // The list travels in the input and to Plan, in payloads of at most 4 KB: room for escapes and for the rest.
    private const int MostUserBytes = 2000;

    private readonly RunProgress _progress = new();
    private readonly PauseSwitch _pause;

    public ConnectorJobWorkflow() => _pause = new(_progress.Pause);

    [WorkflowQuery("progress")]
    public JobProgress GetProgress() => _progress.Snapshot();

    [WorkflowRun]
    public async Task<ConnectorJobResult> RunAsync(ConnectorJobInput? input = null)
    {
        var jobPath = Check(input);
        var jobId = JobId.Of(jobPath);
        return Workflow.Info.WorkflowId == jobId
            ? await RunJobAsync(input!, jobPath)
            : await RunUnderJobIdAsync(input! with { JobPath = jobPath }, jobId);
    }

    /// <summary>Nothing new begins: no step, no chunk, no range. A delivery stops within seconds, and its outcome log says how far it came.</summary>
    [WorkflowSignal(PauseSignals.Pause)]
    public Task PauseAsync(PauseInput? input = null) => _pause.PauseAsync(input);

    /// <summary>A paused run goes on where it was.</summary>
    [WorkflowSignal(PauseSignals.Resume)]
    public Task ResumeAsync(PauseInput? input = null) => _pause.ResumeAsync(input);

    private static string Check(ConnectorJobInput? input)
    {
        if (input?.Malformed is { Count: > 0 } malformed)
        {
            throw Refused($"The input cannot be used: {string.Join("; ", malformed)}.");
        }

        if (input?.Unknown is { Count: > 0 } unknown)
        {
            throw Refused($"The input has unknown keys: {string.Join(", ", unknown.Keys.Order(StringComparer.Ordinal))}. Known are jobPath, fullResync, users, limit and overrideGuards.");
        }

        if (input?.JobPath is not { } given || JobId.Canonical(given) is not { Length: > 0 } jobPath)
        {
            throw Refused("The input names no job: {\"jobPath\": \"s3://bucket/etl_jobs/type/name\"} is the least.");
        }

        if (input.Limit is <= 0)
        {
            throw Refused($"limit is {input.Limit}; expected 1 or more.");
        }

        if (input.Users is { Count: 0 })
        {
            throw Refused("users is an empty list; leave it out for all users.");
        }

        if (input.Users?.Sum(Encoding.UTF8.GetByteCount) > MostUserBytes)
        {
            throw Refused($"users names {input.Users.Count} users, more than a workflow's history should carry ({MostUserBytes} bytes of ids). Run them in several runs, or all.");
        }

        return jobPath;
    }

    private static ApplicationFailureException Refused(string message) =>
        new(message, errorType: FailureTypes.InvalidInput, nonRetryable: true);

    private async Task<ConnectorJobResult> RunUnderJobIdAsync(ConnectorJobInput input, string jobId)
    {
        try
        {
            await _pause.WaitAsync();
            Workflow.CurrentDetails = $"The run goes on as workflow `{jobId}`. This one waits for it, and cancels it when it is canceled.";
            return await _pause.RunChildAsync(ChildStart.WhenFreeAsync(() => Workflow.StartChildWorkflowAsync(
                (ConnectorJobWorkflow job) => job.RunAsync(input),
                new ChildWorkflowOptions
                {
                    Id = jobId,
                    ParentClosePolicy = ParentClosePolicy.RequestCancel,
                    CancellationType = ChildWorkflowCancellationType.WaitCancellationCompleted,
                    StaticSummary = $"Run of {input.JobPath}",
                }), () => Workflow.CurrentDetails = $"Waits for the run of this job that is under way as workflow \"{jobId}\"."));
        }
        catch (WorkflowAlreadyStartedException)
        {
            throw new ApplicationFailureException(
                $"Another run of this job is under way as workflow \"{jobId}\". Wait for it, or cancel it.",
                errorType: FailureTypes.JobAlreadyRunning, nonRetryable: true);
        }
        catch (ChildWorkflowFailureException e) when (e.InnerException is ApplicationFailureException cause)
        {
            // Whoever started this run shall read why the job failed, not that a child did.
            throw cause;
        }
    }

    private async Task<ConnectorJobResult> RunJobAsync(ConnectorJobInput input, string jobPath)
    {
        var startedAt = new DateTimeOffset(Workflow.UtcNow, TimeSpan.Zero);
        var runId = $"{startedAt:yyyyMMdd'T'HHmmss'Z'}-{Workflow.NewGuid().ToString("N")[..8]}";
        _progress.RunId = runId;
        var options = new RunOptions(input.FullResync ?? false, input.Users, input.Limit, input.OverrideGuards ?? false);
        var run = new JobRun(new RunRef(jobPath, runId), startedAt, options, _progress, _pause);
        return await run.RunAsync();
    }
}
