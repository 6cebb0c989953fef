using System.Globalization;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;
using PersonalizeConnectors.Workflows.Policies;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Workflows.Delivery;

/// <summary>
/// Delivers a connector's updates range by range. One range is in flight: until a budget is shared between workers,
/// <c>requestsPerSecond</c> holds for that range alone. In queue mode they go into the queue instead.
/// </summary>
[Workflow("ConnectorDelivery")]
public sealed class ConnectorDeliveryWorkflow
{
    private readonly PauseSwitch _pause;
    private ConnectorDeliveryResult _result = new(0, new(), 0, 0, 0);
    private int _done;
    private Action? _stopRange;

    public ConnectorDeliveryWorkflow() => _pause = new(ShowPause);

    [WorkflowQuery("progress")]
    public StepProgress GetProgress() => new("Deliver", null, _done, _result.Ranges, 0);

    [WorkflowRun]
    public async Task<ConnectorDeliveryResult> RunAsync(ConnectorDeliveryInput input)
    {
        var ranges = new DeliveryRanges(input.ShardUpdates, input.UpdatesPerRange);
        _result = _result with { Ranges = ranges.Count };
        for (; _done < ranges.Count; _done++)
        {
            ShowDetails();
            var delivered = await DeliverAsync(new DeliverInput(input.Run, input.Connector, ranges.Range(_done)), input.Delivery == DeliveryModes.Queue);
            _result = _result with
            {
                Requests = _result.Requests + delivered.Requests,
                Accepted = _result.Accepted + delivered.Accepted,
                Rejected = _result.Rejected + delivered.Rejected,
                Unknown = _result.Unknown + delivered.Unknown,
            };
        }

        ShowDetails();
        return _result;
    }

    /// <summary>The range in flight is stopped, its outcome log closed.</summary>
    [WorkflowSignal(PauseSignals.Pause)]
    public Task PauseAsync(PauseInput? input = null) => _pause.PauseAsync(input);

    /// <summary>Goes on where the outcome log ends.</summary>
    [WorkflowSignal(PauseSignals.Resume)]
    public Task ResumeAsync(PauseInput? input = null) => _pause.ResumeAsync(input);

    private async Task<DeliverResult> DeliverAsync(DeliverInput deliver, bool enqueues)
    {
        var queue = TaskQueues.DeliverOf(Workflow.Info.TaskQueue);
        while (true)
        {
            await _pause.WaitAsync();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Workflow.CancellationToken);
            _stopRange = stop.Cancel;
            try
            {
                var options = ActivityPolicies.StoppedBy(ActivityPolicies.Deliver($"Send {deliver.Range.Count} updates, range {_done + 1} of {_result.Ranges}", queue), stop.Token);
                return await (enqueues
                    ? Workflow.ExecuteActivityAsync((IEnqueueActivities a) => a.EnqueueAsync(deliver), options)
                    : Workflow.ExecuteActivityAsync((IDeliverActivities a) => a.DeliverAsync(deliver), options));
            }
            catch (Exception e) when (TemporalException.IsCanceledException(e) && stop.IsCancellationRequested && !Workflow.CancellationToken.IsCancellationRequested)
            {
                // Paused. What was settled is in the outcome log, and the next activity of the range begins there.
            }
            finally
            {
                _stopRange = null;
            }
        }
    }

    private void ShowPause(PausedRun? paused)
    {
        ShowDetails();
        if (paused is not null)
        {
            _stopRange?.Invoke();
        }
    }

    private void ShowDetails()
    {
        var paused = _pause.Paused is { } pause
            ? string.Create(CultureInfo.InvariantCulture, $"**Paused** since {pause.Since:yyyy-MM-dd HH:mm:ss} UTC by {pause.By ?? "somebody"}.\n\n")
            : "";
        var ranges = _done < _result.Ranges ? $"{_done} of {_result.Ranges} ranges" : $"{_result.Ranges} ranges";
        var underWay = _done < _result.Ranges && paused.Length == 0 ? $"\n\nRange {_done + 1} is under way; Pending Activities shows how far it is." : "";
        Workflow.CurrentDetails = $"{paused}Finished: {ranges}, {_result.Accepted} users accepted, {_result.Rejected} rejected, {_result.Unknown} unknown{underWay}";
    }
}
