using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.TaskQueue.V1;
using Temporalio.Api.WorkflowService.V1;
using Temporalio.Client;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Worker.Health;

/// <summary>
/// Whether every worker of this process polls, as the service sees it. A poller that was seen once is not looked for again: a worker whose slots are all
/// taken polls no more, and is as healthy as can be.
/// </summary>
internal sealed class Readiness(ITemporalClient client, ConnectorWorkerSettings settings, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<(string Queue, TaskQueueType Type), bool> _seen = new();

    /// <returns>Why not; null where it is ready.</returns>
    public async Task<string?> FindObstacleAsync(CancellationToken cancellationToken)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return "stopping: work in flight is brought to an end";
        }

        if (!lifetime.ApplicationStarted.IsCancellationRequested)
        {
            return "starting";
        }

        try
        {
            var rpc = new RpcOptions { Timeout = Patience, CancellationToken = cancellationToken, Retry = false };
            await client.WorkflowService.DescribeNamespaceAsync(new DescribeNamespaceRequest { Namespace = client.Options.Namespace }, rpc);
            foreach (var poll in Polls().Where(p => !_seen.ContainsKey(p)))
            {
                if (!await IsPolledAsync(poll.Queue, poll.Type, rpc))
                {
                    return $"starting: queue {poll.Queue} is not polled yet";
                }

                _seen[poll] = true;
            }

            return null;
        }
        catch (RpcException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return $"Temporal at {client.Connection.Options.TargetHost} does not answer ({e.Code})";
        }
    }

    private IEnumerable<(string Queue, TaskQueueType Type)> Polls() => settings.TaskQueues.SelectMany(queue => new[]
    {
        (queue, TaskQueueType.Workflow), (queue, TaskQueueType.Activity), (TaskQueues.DeliverOf(queue), TaskQueueType.Activity),
    });

    private async Task<bool> IsPolledAsync(string queue, TaskQueueType type, RpcOptions rpc)
    {
        var answer = await client.WorkflowService.DescribeTaskQueueAsync(
            new DescribeTaskQueueRequest
            {
                Namespace = client.Options.Namespace,
                TaskQueue = new TaskQueue { Name = queue, Kind = TaskQueueKind.Normal },
                TaskQueueType = type,
            },
            rpc);
        return answer.Pollers.Any(p => p.Identity == client.Connection.Options.Identity);
    }
}
