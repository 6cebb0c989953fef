using Google.Protobuf.WellKnownTypes;
using PersonalizeConnectors.Local.Engine.Executions;
using Temporalio.Api.Workflow.V1;
using Execution = PersonalizeConnectors.Local.Engine.Executions.Execution;

namespace PersonalizeConnectors.Local.Engine.Services;

/// <summary>A run as lists and descriptions show it.</summary>
internal static class ExecutionInfos
{
    public static WorkflowExecutionInfo Of(Execution execution)
    {
        var started = execution.Started;
        var executionTime = execution.StartTime + Durations.Of(started.FirstWorkflowTaskBackoff);
        var info = new WorkflowExecutionInfo
        {
            Execution = execution.Reference,
            Type = started.WorkflowType,
            StartTime = Timestamp.FromDateTimeOffset(execution.StartTime),
            ExecutionTime = Timestamp.FromDateTimeOffset(executionTime),
            Status = execution.Status,
            HistoryLength = execution.Log.NextEventId - 1,
            HistorySizeBytes = execution.Log.SizeBytes,
            Memo = execution.Memo.ToMemo(),
            SearchAttributes = execution.SearchAttributes.ToSearchAttributes(),
            TaskQueue = started.TaskQueue.Name,
            ParentNamespaceId = started.ParentWorkflowNamespaceId,
            ParentExecution = started.ParentWorkflowExecution,
            RootExecution = execution.Root,
            FirstRunId = started.FirstExecutionRunId,
        };
        if (execution.CloseTime is { } closed)
        {
            info.CloseTime = Timestamp.FromDateTimeOffset(closed);
            info.ExecutionDuration = Duration.FromTimeSpan(closed - executionTime);
        }

        return info;
    }
}
