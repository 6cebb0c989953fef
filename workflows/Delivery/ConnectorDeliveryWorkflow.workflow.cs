using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Policies;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Workflows.Delivery;

/// <summary>
/// Delivers a connector's updates range by range. One range is in flight: until a budget is shared between workers,
/// <c>requestsPerSecond</c> holds for that range alone.
/// </summary>
[Workflow("ConnectorDelivery")]
public sealed class ConnectorDeliveryWorkflow
{
    private int _done;
    private int _ranges;

    [WorkflowQuery("progress")]
    public StepProgress GetProgress() => new("Deliver", null, _done, _ranges, 0);

    [WorkflowRun]
    public async Task<ConnectorDeliveryResult> RunAsync(ConnectorDeliveryInput input)
    {
        var ranges = new DeliveryRanges(input.ShardUpdates, input.UpdatesPerRange);
        var queue = TaskQueues.DeliverOf(Workflow.Info.TaskQueue);
        var result = new ConnectorDeliveryResult(ranges.Count, new(), 0, 0, 0);
        _ranges = ranges.Count;
        for (; _done < ranges.Count; _done++)
        {
            Workflow.CurrentDetails = $"{_done} of {ranges.Count} ranges, {result.Accepted} users accepted, {result.Rejected} rejected, {result.Unknown} unknown";
            var deliver = new DeliverInput(input.Run, input.Connector, ranges.Range(_done));
            var delivered = await Workflow.ExecuteActivityAsync(
                (IDeliverActivities a) => a.DeliverAsync(deliver),
                ActivityPolicies.Deliver($"range {_done + 1} of {ranges.Count}", queue));
            result = result with
            {
                Requests = result.Requests + delivered.Requests,
                Accepted = result.Accepted + delivered.Accepted,
                Rejected = result.Rejected + delivered.Rejected,
                Unknown = result.Unknown + delivered.Unknown,
            };
        }

        Workflow.CurrentDetails = $"{ranges.Count} ranges, {result.Accepted} users accepted, {result.Rejected} rejected, {result.Unknown} unknown";
        return result;
    }
}
