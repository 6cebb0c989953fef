using System.Text.Json;
using PersonalizeConnectors.Starter.Output;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.WorkflowService.V1;

namespace PersonalizeConnectors.Starter.Runs;

/// <summary>Reads running activities out of a description; no worker is asked.</summary>
internal static class PendingSteps
{
    public static IEnumerable<RunningStep> Of(DescribeWorkflowExecutionResponse description)
    {
        foreach (var activity in description.PendingActivities)
        {
            var position = activity.HeartbeatDetails?.Payloads_.FirstOrDefault()?.Data.ToByteArray();
            var (done, total) = Parse(position);
            var trouble = activity.LastFailure is { } failure && activity.State != PendingActivityState.Started
                ? failure.Message
                : null;
            yield return new(
                activity.ActivityType.Name, done, total, activity.Attempt, trouble, IsWaiting: activity.State == PendingActivityState.Scheduled && trouble is null);
        }
    }

    private static (long Done, long Total) Parse(byte[]? position)
    {
        if (position is null)
        {
            return (0, 0);
        }

        using var json = JsonDocument.Parse(position);
        return json.RootElement.TryGetProperty("done", out var done) && json.RootElement.TryGetProperty("total", out var total)
            ? (done.GetInt64(), total.GetInt64())
            : (0, 0);
    }
}
