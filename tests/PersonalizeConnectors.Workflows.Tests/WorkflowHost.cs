using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Delivery;
using PersonalizeConnectors.Workflows.Jobs;
using PersonalizeConnectors.Workflows.Tests.Fakes;
using Temporalio.Client;
using Temporalio.Worker;

namespace PersonalizeConnectors.Workflows.Tests;

/// <summary>A worker with fake steps on queues of the test's own, and a job path nobody else has.</summary>
internal sealed class WorkflowHost(TemporalServerFixture server)
{
    public ITemporalClient Client { get; } = server.Client;

    public FakeSteps Steps { get; } = new();

    public FakeDeliver Deliver { get; } = new();

    public string JobPath { get; } = $"/jobs/etl_jobs/user_personalization/{Guid.NewGuid():N}";

    public string JobId => Workflows.Jobs.JobId.Of(JobPath);

    private string Queue { get; } = $"{TaskQueues.Main}-{Guid.NewGuid():N}";

    public async Task RunAsync(Func<Task> body)
    {
        using var data = new TemporalWorker(
            Client,
            new TemporalWorkerOptions(Queue) { MaxHeartbeatThrottleInterval = TimeSpan.FromMilliseconds(200), MaxConcurrentActivities = 500 }
                .AddWorkflow<ConnectorJobWorkflow>().AddWorkflow<ConnectorDeliveryWorkflow>().AddAllActivities(Steps));
        using var deliver = new TemporalWorker(
            Client,
            new TemporalWorkerOptions(TaskQueues.DeliverOf(Queue)) { MaxHeartbeatThrottleInterval = TimeSpan.FromMilliseconds(200) }.AddAllActivities(Deliver));
        await data.ExecuteAsync(() => deliver.ExecuteAsync(body));
    }

    /// <summary>Starts the job under its own id, runs it to its end.</summary>
    public async Task<ConnectorJobResult> ExecuteAsync(ConnectorJobInput? input = null)
    {
        ConnectorJobResult? result = null;
        await RunAsync(async () => result = await (await StartAsync(input)).GetResultAsync());
        return result!;
    }

    public Task<WorkflowHandle<ConnectorJobWorkflow, ConnectorJobResult>> StartAsync(ConnectorJobInput? input = null, string? workflowId = null)
    {
        var job = input ?? new ConnectorJobInput { JobPath = JobPath };
        return Client.StartWorkflowAsync((ConnectorJobWorkflow w) => w.RunAsync(job), new WorkflowOptions(workflowId ?? JobId, Queue));
    }
}
