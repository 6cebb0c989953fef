using System.Linq.Expressions;
using System.Text.Json;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Starter.Status;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Workflow.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Starter.Runs;

/// <summary>A workflow that goes on until it is stopped, with one activity that does the work: a drain, a watch of events.</summary>
internal sealed class StandingWorkflow<TWorkflow, TResult>(ITemporalClient client, string workflowId)
{
    /// <exception cref="ConnectorException">It is under way; the message is the one given.</exception>
    public async Task<WorkflowHandle<TWorkflow, TResult>> StartAsync(
        Expression<Func<TWorkflow, Task<TResult>>> run, string taskQueue, string summary, string underWay, CancellationToken cancellationToken)
    {
        try
        {
            return await client.StartWorkflowAsync(
                run, new WorkflowOptions(workflowId, taskQueue) { StaticSummary = summary, Rpc = new RpcOptions { CancellationToken = cancellationToken } });
        }
        catch (WorkflowAlreadyStartedException)
        {
            throw new ConnectorException(FailureTypes.JobAlreadyRunning, underWay, transient: false);
        }
    }

    /// <summary>Stops it and waits for its end, however it ends.</summary>
    /// <exception cref="NoRunException">It is not under way; the message is the one given.</exception>
    public async Task StopAsync(Expression<Func<TWorkflow, Task>> signal, string waiting, string notUnderWay, CancellationToken cancellationToken)
    {
        if (await JobStatusReader.FindAsync(client, workflowId, cancellationToken) is not { Status: WorkflowExecutionStatus.Running })
        {
            throw new NoRunException(notUnderWay);
        }

        var handle = client.GetWorkflowHandle<TWorkflow>(workflowId);
        await handle.SignalAsync(signal, new WorkflowSignalOptions { Rpc = RunInspector.Deadline(cancellationToken) });
        try
        {
            await Patience.ShowAsync(waiting, _ => handle.GetResultAsync<TResult>(rpcOptions: new RpcOptions { CancellationToken = cancellationToken }));
        }
        catch (WorkflowFailedException)
        {
            // Whoever stopped it is shown how it ended.
        }
    }

    /// <summary>Its answer to <c>progress</c>; null where no worker answers in time.</summary>
    public Task<TResult?> QueryAsync(string runId, CancellationToken cancellationToken) =>
        RunInspector.QueryAsync<TResult>(client.GetWorkflowHandle(workflowId, runId), cancellationToken);

    /// <summary>The activity of the given name that is under way or waits; no worker is asked.</summary>
    public async Task<PendingActivityInfo?> PendingAsync(string runId, string activity, CancellationToken cancellationToken) =>
        (await new RunInspector(client, TimeProvider.System).DescribeAsync(workflowId, runId, cancellationToken)).PendingActivities.FirstOrDefault(a => a.ActivityType.Name == activity);

    /// <summary>What its attempt under way last told.</summary>
    public static StepPosition? PositionOf(PendingActivityInfo? pending) =>
        pending?.HeartbeatDetails?.Payloads_.FirstOrDefault()?.Data.ToByteArray() is { } details
            ? JsonSerializer.Deserialize<StepPosition>(details, JsonSerializerOptions.Web)
            : null;

    public static bool IsRunning(PendingActivityInfo? pending) => pending is { State: PendingActivityState.Started or PendingActivityState.CancelRequested };

    /// <summary>What it had done when it ended, and why it failed; without what it had done where it was canceled or terminated.</summary>
    public async Task<(TResult? Result, string? Failure)> EndAsync(string runId, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.GetWorkflowHandle(workflowId, runId).GetResultAsync<TResult>(rpcOptions: new RpcOptions { CancellationToken = cancellationToken }), null);
        }
        catch (WorkflowFailedException e)
        {
            var done = e.InnerException is ApplicationFailureException { Details.Count: > 0 } failure ? failure.Details.ElementAt<TResult>(0) : default;
            return (done, e.InnerException?.Message ?? e.Message);
        }
    }
}
