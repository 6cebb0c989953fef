using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Delivery;
using PersonalizeConnectors.Workflows.Jobs;
using PersonalizeConnectors.Workflows.Tests.Fakes;
using Temporalio.Api.Enums.V1;
using Temporalio.Client;
using Temporalio.Exceptions;
using Temporalio.Worker;

namespace PersonalizeConnectors.Workflows.Tests;

/// <summary>A worker with fake steps on queues of the test's own, and a job path nobody else has.</summary>
internal sealed class WorkflowHost(ITemporalServer server)
{
    public ITemporalClient Client { get; } = server.Client;

    public FakeSteps Steps { get; } = new();

    public FakeDeliver Deliver { get; } = new();

    public string JobPath { get; init; } = $"/jobs/etl_jobs/user_personalization/{Guid.NewGuid():N}";

    public string JobId => Workflows.Jobs.JobId.Of(JobPath);

    public string Queue { get; } = $"{TaskQueues.Main}-{Guid.NewGuid():N}";

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
    public async Task<ConnectorJobResult> ExecuteAsync(ConnectorJobInput? input = null, string? workflowId = null)
    {
        ConnectorJobResult? result = null;
        await RunAsync(async () => result = await (await StartAsync(input, workflowId)).GetResultAsync());
        return result!;
    }

    /// <summary>The same for a run that shall fail: what it failed with.</summary>
    public async Task<ApplicationFailureException> FailAsync(ConnectorJobInput? input = null, string? workflowId = null)
    {
        var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => ExecuteAsync(input, workflowId));
        return Assert.IsType<ApplicationFailureException>(failed.InnerException);
    }

    /// <summary>The job's run, whoever started it; the latest one.</summary>
    public WorkflowHandle<ConnectorJobWorkflow, ConnectorJobResult> Job => Client.GetWorkflowHandle<ConnectorJobWorkflow, ConnectorJobResult>(JobId);

    /// <summary>The delivery of the job's run to a connector.</summary>
    public WorkflowHandle<ConnectorDeliveryWorkflow, ConnectorDeliveryResult> Delivery(string connector = "braze") =>
        Client.GetWorkflowHandle<ConnectorDeliveryWorkflow, ConnectorDeliveryResult>(
            ConnectorRunIds.Delivery(JobId, Steps.Inputs<RecoverInput>().Last().Run.RunId, connector));

    public Task<WorkflowHandle<ConnectorJobWorkflow, ConnectorJobResult>> StartAsync(ConnectorJobInput? input = null, string? workflowId = null)
    {
        var job = input ?? new ConnectorJobInput { JobPath = JobPath };
        return Client.StartWorkflowAsync((ConnectorJobWorkflow w) => w.RunAsync(job), Options(workflowId ?? JobId));
    }

    /// <summary>How every starter starts a job; one that hangs ends its test instead of the test run.</summary>
    public WorkflowOptions Options(string workflowId) => new(workflowId, Queue)
    {
        IdConflictPolicy = WorkflowIdConflictPolicy.Fail,
        ExecutionTimeout = TimeSpan.FromMinutes(3),
    };
}
