using PersonalizeConnectors.Local.Engine.Matching;
using Temporalio.Api.WorkflowService.V1;

namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>A scheduled workflow task, waiting for a worker.</summary>
internal sealed class QueuedWorkflowTask(Execution execution, long stamp) : IQueuedTask<PollWorkflowTaskQueueResponse>
{
    public bool IsWanted => execution.IsOpen && execution.WorkflowTask.Stamp == stamp && !execution.WorkflowTask.IsStarted;

    public PollWorkflowTaskQueueResponse? Start(string identity)
    {
        PollWorkflowTaskQueueResponse? response = null;
        if (IsWanted)
        {
            execution.Change(() => response = execution.WorkflowTask.Start(identity));
        }

        return response;
    }
}
