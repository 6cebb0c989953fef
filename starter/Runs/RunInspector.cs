using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Starter.Runs;

/// <summary>Looks at a run on its service: running steps, stuck workflow tasks and queues without a worker from descriptions, which need no worker; finished steps by the query.</summary>
internal sealed class RunInspector(ITemporalClient client, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static RpcOptions Deadline(CancellationToken cancellationToken) => new() { Timeout = Patience, CancellationToken = cancellationToken };

    /// <summary>The finished steps; null where no worker answers in time.</summary>
    public static Task<JobProgress?> QueryAsync(WorkflowHandle handle, CancellationToken cancellationToken) => QueryAsync<JobProgress>(handle, cancellationToken);

    /// <summary>The answer to <c>progress</c>; null where no worker answers in time.</summary>
    public static async Task<T?> QueryAsync<T>(WorkflowHandle handle, CancellationToken cancellationToken)
    {
        try
        {
            return await handle.QueryAsync<T>("progress", [], new WorkflowQueryOptions { Rpc = Deadline(cancellationToken) });
        }
        catch (Exception e) when (e is RpcException or WorkflowQueryFailedException or WorkflowQueryRejectedException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return default;
        }
    }

    /// <summary>What is under way in a run and its deliveries, a workflow task that keeps failing among it.</summary>
    public async Task<IReadOnlyList<RunningStep>> RunningAsync(string jobId, string temporalRunId, CancellationToken cancellationToken)
    {
        var job = await DescribeAsync(jobId, temporalRunId, cancellationToken);
        var running = await PendingAsync(job, cancellationToken);
        foreach (var delivery in job.PendingChildren)
        {
            try
            {
                running.AddRange(await PendingAsync(await DescribeAsync(delivery.WorkflowId, delivery.RunId, cancellationToken), cancellationToken));
            }
            catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
            {
                // Not started yet.
            }
        }

        // A queue that nobody polls keeps both of them waiting.
        return [.. running.Distinct()];
    }

    /// <summary>The service's description: the SDK's own leaves out what is pending.</summary>
    public Task<DescribeWorkflowExecutionResponse> DescribeAsync(string workflowId, string temporalRunId, CancellationToken cancellationToken) =>
        client.WorkflowService.DescribeWorkflowExecutionAsync(
            new DescribeWorkflowExecutionRequest { Namespace = client.Options.Namespace, Execution = new() { WorkflowId = workflowId, RunId = temporalRunId } },
            Deadline(cancellationToken));

    private async Task<List<RunningStep>> PendingAsync(DescribeWorkflowExecutionResponse description, CancellationToken cancellationToken)
    {
        var running = PendingSteps.Of(description).ToList();
        if (await StuckTask.FindAsync(client, description, cancellationToken) is { } stuck)
        {
            running.Add(stuck);
        }

        if (await UnpolledQueue.FindAsync(client, description, clock.GetUtcNow(), cancellationToken) is { } unpolled)
        {
            running.Add(unpolled);
        }

        return running;
    }
}
