using System.Globalization;
using System.Text.Json;
using PersonalizeConnectors.Local.Engine.Executions;

namespace PersonalizeConnectors.Local.Engine.Visibility;

/// <summary>What queries can ask of a run: texts, numbers, truths, times, or lists of texts; null where it has none.</summary>
internal sealed class ExecutionFields(Execution execution) : IFields
{
    public object? this[string name] => name switch
    {
        "WorkflowId" => execution.WorkflowId,
        "RunId" => execution.RunId,
        "WorkflowType" => execution.Started.WorkflowType.Name,
        "ExecutionStatus" => execution.Status.ToString(),
        "TaskQueue" => execution.Started.TaskQueue.Name,
        "ParentWorkflowId" => execution.Started.ParentWorkflowExecution?.WorkflowId,
        "ParentRunId" => execution.Started.ParentWorkflowExecution?.RunId,
        "RootWorkflowId" => execution.Root.WorkflowId,
        "RootRunId" => execution.Root.RunId,
        "StartTime" => execution.StartTime,
        "ExecutionTime" => execution.StartTime + Durations.Of(execution.Started.FirstWorkflowTaskBackoff),
        "CloseTime" => execution.CloseTime,
        // Known of closed ones only, as on a server.
        "HistoryLength" => execution.IsOpen ? null : (double)(execution.Log.NextEventId - 1),
        "HistorySizeBytes" => execution.IsOpen ? null : (double)execution.Log.SizeBytes,
        "ExecutionDuration" => execution.CloseTime is { } closed ? (double)(closed - execution.StartTime).Ticks * TimeSpan.NanosecondsPerTick : null,
        _ => execution.SearchAttributes.Fields.TryGetValue(name, out var payload) ? Value(JsonSerializer.Deserialize<JsonElement>(payload.Data.Span)) : null,
    };

    private static object? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when value.TryGetDateTimeOffset(out var time) && value.GetString() is { } text && text.Contains('T', StringComparison.Ordinal) =>
            new TextOrTime(text, time),
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => value.EnumerateArray().Select(v => Convert.ToString(Value(v), CultureInfo.InvariantCulture) ?? "").ToArray(),
        _ => null,
    };
}
