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
    private CancellationTokenSource? _stop;
    private bool _isStopped;
    private QueueDrainResult _progress = new("", "", new());

    [WorkflowQuery("progress")]
    public QueueDrainResult GetProgress() => _progress;

    /// <summary>Ends the drain once what it holds is settled.</summary>
    [WorkflowSignal("stop")]
    public Task StopAsync()
    {
        _isStopped = true;
        _stop?.Cancel();
        return Task.CompletedTask;
    }

    [WorkflowRun]
    public async Task<QueueDrainResult> RunAsync(QueueDrainInput? input = null)
    {
        var (jobPath, connector) = Check(input);
        _progress = new(jobPath, connector, input!.Earlier ?? new());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Workflow.CancellationToken);
        _stop = stop;
        if (_isStopped)
        {
            stop.Cancel();
        }

        try
        {
            var options = ActivityPolicies.Drain($"{connector}: receive and send", TaskQueues.DeliverOf(Workflow.Info.TaskQueue));
            options.CancellationToken = stop.Token;
            var drained = await Workflow.ExecuteActivityAsync(
                (IDrainActivities a) => a.DrainAsync(new DrainInput(jobPath, connector, ActivityPolicies.DrainSeconds)), options);
            _progress = _progress with { Counts = _progress.Counts + drained.Counts };
        }
        catch (Exception e) when (TemporalException.IsCanceledException(e) && _isStopped)
        {
            // Stopped before a worker had begun.
        }
        catch (ActivityFailureException e) when (!TemporalException.IsCanceledException(e))
        {
            var cause = FailureCause.Of(e);
            throw new ApplicationFailureException(cause.Message, errorType: cause.Type, nonRetryable: true);
        }

        _stop = null;
        Workflow.CancellationToken.ThrowIfCancellationRequested();
        var next = input with { Earlier = _progress.Counts };
        return _isStopped ? _progress : throw Workflow.CreateContinueAsNewException((QueueDrainWorkflow w) => w.RunAsync(next));
    }

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
