using PersonalizeConnectors.Local.Engine.Timers;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;

namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>An activity from its scheduling to its end, over all attempts.</summary>
internal sealed class PendingActivity(long scheduledEventId, ActivityTaskScheduledEventAttributes attributes, DateTimeOffset scheduledTime)
{
    public long ScheduledEventId => scheduledEventId;

    public ActivityTaskScheduledEventAttributes Attributes => attributes;

    public DateTimeOffset FirstScheduledTime { get; } = scheduledTime;

    /// <summary>When no further attempt may begin; null without a limit.</summary>
    public DateTimeOffset? Expiration { get; init; }

    public int Attempt { get; set; } = 1;

    /// <summary>Changes with every schedule and start of an attempt.</summary>
    public long Stamp { get; set; }

    public DateTimeOffset ScheduledTime { get; set; } = scheduledTime;

    /// <summary>Null while no worker has it.</summary>
    public DateTimeOffset? StartedTime { get; set; }

    public bool IsStarted => StartedTime is not null;

    public DateTimeOffset? LastStartedTime { get; set; }

    public string Identity { get; set; } = "";

    public string RequestId { get; set; } = "";

    public Payloads? HeartbeatDetails { get; set; }

    public DateTimeOffset? LastHeartbeatTime { get; set; }

    /// <summary>The event that asks for its cancellation; 0 without one.</summary>
    public long CancelRequestedEventId { get; set; }

    public bool IsCancelRequested => CancelRequestedEventId > 0;

    public Failure? LastFailure { get; set; }

    public TimeSpan? RetryInterval { get; set; }

    public DateTimeOffset? LastAttemptCompleteTime { get; set; }

    public DateTimeOffset? NextAttemptTime { get; set; }

    /// <summary>Holds over all attempts.</summary>
    public DueTimers.Due? Overall { get; set; }

    /// <summary>What is due in the present attempt: its start, its end, its heartbeat or its retry.</summary>
    public List<DueTimers.Due> Dues { get; } = [];

    public void CancelDues()
    {
        foreach (var due in Dues)
        {
            due.Cancel();
        }

        Dues.Clear();
    }
}
