using PersonalizeConnectors.Local.Engine.Matching;
using Temporalio.Api.WorkflowService.V1;

namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>A query on its own way to a worker; it leaves no events.</summary>
internal sealed class QueuedQuery(Execution execution, PendingQuery query, bool isSticky) : IQueuedTask<PollWorkflowTaskQueueResponse>
{
    public bool IsWanted { get; set; } = true;

    public PollWorkflowTaskQueueResponse? Start(string identity)
    {
        if (!IsWanted)
        {
            return null;
        }

        var response = execution.WorkflowTask.QueryResponse(isSticky);
        response.Query = query.Query;
        response.TaskToken = execution.Service.Questions.TokenOf(query);
        IsWanted = false;
        return response;
    }
}
