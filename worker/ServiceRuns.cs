using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Workflows.Jobs;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Worker;

/// <summary>Asks the service for the job's workflow, whose memo names its run.</summary>
internal sealed class ServiceRuns(ITemporalClient client) : ILiveRuns
{
    private const string Memo = "RunId";

    // Asked every ten seconds for a hold of a minute.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<bool> HasEndedAsync(string jobPath, string runId, CancellationToken cancellationToken)
    {
        try
        {
            var job = await client.GetWorkflowHandle(JobId.Of(jobPath)).DescribeAsync(
                new() { Rpc = new() { Timeout = Patience, CancellationToken = cancellationToken } });
            return job.Status != WorkflowExecutionStatus.Running
                || (job.Memo.TryGetValue(Memo, out var memo) && await memo.ToValueAsync<string>() != runId);
        }
        catch (RpcException e) when (e.Code == RpcException.StatusCode.NotFound)
        {
            // Deleted, or gone with a development server's memory.
            return true;
        }
        catch (Exception e) when ((e is RpcException or InvalidOperationException or OperationCanceledException) && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
