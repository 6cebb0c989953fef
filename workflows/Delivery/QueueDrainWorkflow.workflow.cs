using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;
using PersonalizeConnectors.Workflows.Policies;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Workflows.Delivery;

/// <summary>
/// Sends on what lies in a connector's queue, until it is stopped. One activity receives and sends for a day; then the workflow continues as new,
/// so that its history stays short.
/// </summary>
[Workflow("QueueDrain")]
public sealed class QueueDrainWorkflow
{
    private readonly StopSwitch _switch = new();
    private QueueDrainResult _progress = new("", "", new());

    [WorkflowQuery("progress")]
    public QueueDrainResult GetProgress() => _progress;

    /// <summary>Ends the drain once what it holds is settled.</summary>
    [WorkflowSignal("stop")]
    public Task StopAsync()
    {
        _switch.Stop();
        return Task.CompletedTask;
    }

    [WorkflowRun]
    public async Task<QueueDrainResult> RunAsync(QueueDrainInput? input = null)
    {
        var (jobPath, connector) = Check(input);
        _progress = new(jobPath, connector, input!.Earlier ?? new());
        await _switch.RunAsync(stop => DrainAsync(new(jobPath, connector, ActivityPolicies.DrainSeconds), stop.Token), () => _progress);
        var next = input with { Earlier = _progress.Counts };
        return _switch.IsStopped ? _progress : throw Workflow.CreateContinueAsNewException((QueueDrainWorkflow w) => w.RunAsync(next));
    }

    private async Task DrainAsync(DrainInput input, CancellationToken stop)
    {
        var options = ActivityPolicies.Drain($"{input.Connector}: receive and send", TaskQueues.DeliverOf(Workflow.Info.TaskQueue));
        options.CancellationToken = stop;
        try
        {
            Count(await Workflow.ExecuteActivityAsync((IDrainActivities a) => a.DrainAsync(input), options));
        }
        catch (ActivityFailureException e) when (e.InnerException is ApplicationFailureException { Details.Count: > 0 } failure)
        {
            Count(failure.Details.ElementAt<DrainResult>(0));
            throw;
        }
    }

    private void Count(DrainResult drained) => _progress = _progress with { Counts = _progress.Counts + drained.Counts };

    private static (string JobPath, string Connector) Check(QueueDrainInput? input)
    {
        if (input?.Unknown is { Count: > 0 } unknown)
        {
            throw Refused($"The input has unknown keys: {string.Join(", ", unknown.Keys.Order(StringComparer.Ordinal))}. Known are jobPath, connector and earlier.");
        }

        return input is { JobPath: { } given, Connector: { Length: > 0 } connector } && JobId.Canonical(given) is { Length: > 0 } jobPath
            ? (jobPath, connector)
            : throw Refused("The input names no queue: {\"jobPath\": \"s3://bucket/etl_jobs/type/name\", \"connector\": \"braze\"} is the least.");
    }

    private static ApplicationFailureException Refused(string message) =>
        new(message, errorType: FailureTypes.InvalidInput, nonRetryable: true);
}
