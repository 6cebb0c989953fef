using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Temporal;
using PersonalizeConnectors.Workflows.Jobs;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Starter.Runs;

/// <summary>Starts a run, follows it, tells how it ended.</summary>
internal static class RunExecutor
{
    public static async Task<int> ExecuteAsync(RunRequest request, CancellationToken cancellationToken)
    {
        using var interrupt = new Interrupt(cancellationToken);
        try
        {
            await using var target = await TemporalTarget.ConnectAsync(request.IsLocal, interrupt.Token);
            return request.Detach && target.EngineAddress is not null
                ? await RunEnd.FailAsync(request, ExitCodes.Usage, "--detach needs a Temporal service that outlives this process: set TEMPORAL_ADDRESS.")
                : await RunAsync(request, target, interrupt);
        }
        catch (TemporalUnreachableException e)
        {
            return await RunEnd.FailAsync(request, ExitCodes.CannotConnect, e.Message);
        }
        catch (RpcException e)
        {
            return await RunEnd.FailAsync(request, ExitCodes.CannotConnect, TemporalUnreachableException.Refusal(e));
        }
        catch (WorkerStoppedException e)
        {
            return await RunEnd.FailAsync(request, ExitCodes.Failed, e.Message);
        }
        catch (OperationCanceledException)
        {
            return await RunEnd.FailAsync(request, ExitCodes.Failed, "Interrupted before the run began.");
        }
    }

    private static async Task<int> RunAsync(RunRequest request, TemporalTarget target, Interrupt interrupt)
    {
        var jobId = JobId.Of(request.JobPath);
        if (target.EngineAddress is { } engine)
        {
            Terminal.Tell(
                $"Embedded engine at {engine}. It is not durable: an interrupted run is run again and goes on with what is missing. For more, set TEMPORAL_ADDRESS.");
        }

        using var host = target.EngineAddress is not null || request.HostWorker ? LocalHost.CreateWorker(request.JobPath, target.WorkerSettings) : null;
        if (host is not null && !request.IsLocal && await BucketCheck.FindProblemAsync(host, request.JobPath, interrupt.Token) is { } problem)
        {
            return await RunEnd.FailAsync(request, ExitCodes.OfFailure(problem.Type), problem.Message);
        }

        await using var worker = host is null ? null : new HostedWorker(host);
        if (worker is not null)
        {
            await worker.StartAsync(interrupt.Token);
        }

        var handle = await StartAsync(request, target, jobId);
        if (handle is null)
        {
            return await RunEnd.FailAsync(
                request, ExitCodes.Failed, $"Another run of this job is under way as workflow \"{jobId}\". Wait for it, or cancel it.");
        }

        if (request.Detach)
        {
            await Console.Out.WriteLineAsync(RunSummary.Started(jobId, handle.ResultRunId, request.Json));
            return ExitCodes.Done;
        }

        var closed = await WatchAsync(target, handle, interrupt, worker);
        return await RunEnd.TellAsync(request, handle, closed);
    }

    /// <returns>Null where another run of the job is under way.</returns>
    public static async Task<WorkflowHandle<ConnectorJobWorkflow>?> StartAsync(RunRequest request, TemporalTarget target, string jobId)
    {
        var input = request.ToInput();
        try
        {
            return await target.Client.StartWorkflowAsync(
                (ConnectorJobWorkflow job) => job.RunAsync(input),
                new WorkflowOptions(jobId, target.TaskQueue)
                {
                    IdConflictPolicy = WorkflowIdConflictPolicy.Fail,
                    IdReusePolicy = WorkflowIdReusePolicy.AllowDuplicate,
                    StaticSummary = $"Run of {request.JobPath}",
                });
        }
        catch (WorkflowAlreadyStartedException)
        {
            return null;
        }
    }

    /// <summary>Follows a run to its end on standard error.</summary>
    /// <param name="worker">The one that this process hosts for the run, or null.</param>
    /// <exception cref="WorkerStoppedException">That worker is no more.</exception>
    public static async Task<WorkflowExecutionDescription> WatchAsync(
        TemporalTarget target, WorkflowHandle handle, Interrupt interrupt, HostedWorker? worker = null)
    {
        // The first Ctrl-C cancels the run; it is then followed to its end, since what was accepted is still being recorded.
        await using var cancel = interrupt.Token.Register(() => _ = CancelAsync(handle));
        using var stop = new CancellationTokenSource();
        var watch = LiveFollow.RunAsync(target.Client, handle, RunWatcher.ServicePatience, stop.Token);
        if (worker is null || await Task.WhenAny(watch, worker.Ended) == watch)
        {
            return await watch;
        }

        await stop.CancelAsync();
        await watch.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        throw Stopped(handle, target, await worker.Ended);
    }

    private static async Task CancelAsync(WorkflowHandle handle)
    {
        Terminal.Tell("Canceling: what was accepted is recorded first. Ctrl-C once more leaves at once.");
        try
        {
            await RunCancel.AskAsync(handle);
        }
        catch (RpcException e)
        {
            Terminal.Tell(Words.Clean(
                $"The run is not canceled: {TemporalUnreachableException.Refusal(e)} It goes on; Ctrl-C once more leaves it alone."));
        }
    }

    private static WorkerStoppedException Stopped(WorkflowHandle handle, TemporalTarget target, Exception? cause) => new(
        $"The worker that this process hosts stopped while the run was under way{(cause is null ? "" : $": {cause.Message.TrimEnd('.')}")}. "
        + "What was accepted is on record. "
        + (target.EngineAddress is not null
            ? "Run the job again, and it goes on with the rest."
            : $"The run waits on the service as workflow \"{handle.Id}\": another worker goes on with it, or cancel it there."),
        cause);
}
