using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Status;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Starter.Runs;

/// <summary>Pauses a run or lets it go on, and asks a worker whether it has.</summary>
internal static class RunPause
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="signal">One of <see cref="PauseSignals"/>.</param>
    /// <exception cref="NoRunException">No run is under way.</exception>
    public static async Task<PauseDocument> AskAsync(string jobPath, string signal, CancellationToken cancellationToken)
    {
        var run = await RunFound.FindRunningAsync(jobPath, signal, cancellationToken);
        try
        {
            await run.Handle.SignalAsync(
                signal,
                [new PauseInput { By = $"{Environment.UserName}@{Environment.MachineName}" }],
                new WorkflowSignalOptions { Rpc = RunInspector.Deadline(cancellationToken) });
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            throw new NoRunException($"The run of {jobPath} ended meanwhile. There is nothing to {signal}.");
        }

        var progress = await ConfirmAsync(run.Handle, signal == PauseSignals.Pause, cancellationToken);
        var running = progress is null
            ? []
            : await new RunInspector(run.Client, TimeProvider.System).RunningAsync(run.Handle.Id, run.Description.RunId, cancellationToken);
        return new(jobPath, run.Handle.Id, run.Description.RunId, progress?.RunId, progress is not null, progress?.Paused, running.Count);
    }

    /// <returns>Null where no worker answers.</returns>
    private static async Task<JobProgress?> ConfirmAsync(WorkflowHandle handle, bool paused, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (await RunInspector.QueryAsync(handle, cancellationToken) is { } progress && TimeProvider.System.GetElapsedTime(start) < Patience)
        {
            if (progress.Paused is not null == paused)
            {
                return progress;
            }

            await Task.Delay(Between, TimeProvider.System, cancellationToken);
        }

        return null;
    }
}

/// <summary>The document of <c>pause --json</c> and <c>resume --json</c>; <c>docs/pause.schema.json</c>.</summary>
/// <param name="RunId">Null where no worker answered.</param>
/// <param name="Confirmed">False where no worker answered: the run has been told, and heeds it as soon as one is there.</param>
/// <param name="Running">Activities that were still under way.</param>
internal sealed record PauseDocument(
    string JobPath, string WorkflowId, string TemporalRunId, string? RunId, bool Confirmed, PausedRun? Paused, int Running)
{
    public string Sentence(string signal) => (Confirmed, Paused) switch
    {
        (false, _) => $"Asked workflow \"{WorkflowId}\" to {signal}. No worker answers; it does so as soon as one is there.",
        (true, { } paused) => $"{Words.Paused(paused)}{(Running == 0 ? "" : $" {Words.Counted(Running, "activity", "activities")} under way: data steps end first, a delivery stops within seconds.")}",
        _ => $"The run {RunId} goes on.",
    };
}
