using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;
using Temporalio.Api.History.V1;
using Temporalio.Api.WorkflowService.V1;

namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>
/// The pending activities of a run. Attempts leave no events: an activity's start is written with its end, when no
/// further attempt can follow.
/// </summary>
internal sealed class ActivityTable(Execution execution)
{
    private readonly SortedDictionary<long, PendingActivity> _pending = [];

    public IReadOnlyCollection<PendingActivity> Pending => _pending.Values;

    public PendingActivity? Find(long scheduledEventId) => _pending.GetValueOrDefault(scheduledEventId);

    public bool Has(string activityId) => _pending.Values.Any(a => a.Attributes.ActivityId == activityId);

    public void Schedule(HistoryEvent scheduled)
    {
        var attributes = scheduled.ActivityTaskScheduledEventAttributes;
        var now = execution.Service.Now;
        var limit = Durations.Of(attributes.ScheduleToCloseTimeout);
        var activity = new PendingActivity(scheduled.EventId, attributes, now) { Expiration = limit > TimeSpan.Zero ? now + limit : null };
        _pending.Add(activity.ScheduledEventId, activity);
        activity.Overall = execution.Service.Timers.After(limit, () => OnTimeout(activity, TimeoutType.ScheduleToClose));
        Enqueue(activity);
    }

    public PollActivityTaskQueueResponse Start(PendingActivity activity, string identity)
    {
        var now = execution.Service.Now;
        var attributes = activity.Attributes;
        activity.CancelDues();
        activity.Stamp = TaskToken.NextStamp();
        activity.StartedTime = activity.LastStartedTime = now;
        activity.LastHeartbeatTime = null;
        activity.NextAttemptTime = null;
        activity.Identity = identity;
        activity.RequestId = Guid.NewGuid().ToString();
        AddDue(activity, Durations.Of(attributes.StartToCloseTimeout), TimeoutType.StartToClose);
        WatchHeartbeat(activity, Durations.Of(attributes.HeartbeatTimeout));
        return new PollActivityTaskQueueResponse
        {
            TaskToken = TaskToken.Of(execution.RunId, activity.ScheduledEventId, activity.Stamp),
            WorkflowNamespace = execution.Service.Namespace,
            WorkflowType = execution.Started.WorkflowType,
            WorkflowExecution = execution.Reference,
            ActivityType = attributes.ActivityType,
            ActivityId = attributes.ActivityId,
            Header = attributes.Header,
            Input = attributes.Input,
            HeartbeatDetails = activity.HeartbeatDetails,
            ScheduledTime = Timestamp.FromDateTimeOffset(activity.FirstScheduledTime),
            CurrentAttemptScheduledTime = Timestamp.FromDateTimeOffset(activity.ScheduledTime),
            StartedTime = Timestamp.FromDateTimeOffset(now),
            Attempt = activity.Attempt,
            ScheduleToCloseTimeout = attributes.ScheduleToCloseTimeout,
            StartToCloseTimeout = attributes.StartToCloseTimeout,
            HeartbeatTimeout = attributes.HeartbeatTimeout,
            RetryPolicy = attributes.RetryPolicy,
            Priority = attributes.Priority,
        };
    }

    public void Heartbeat(PendingActivity activity, Payloads? details)
    {
        activity.HeartbeatDetails = details;
        activity.LastHeartbeatTime = execution.Service.Now;
    }

    public void Complete(PendingActivity activity, Payloads? result, string identity) => End(activity, new HistoryEvent
    {
        EventType = EventType.ActivityTaskCompleted,
        ActivityTaskCompletedEventAttributes = new() { ScheduledEventId = activity.ScheduledEventId, Result = result, Identity = identity },
    });

    /// <summary>Begins another attempt if there may be one; else <paramref name="state"/> says why not.</summary>
    public bool TryRetry(PendingActivity activity, Failure failure, out RetryState state)
    {
        state = Retry(activity, failure).State;
        return state == RetryState.InProgress;
    }

    public void Fail(PendingActivity activity, Failure failure, RetryState state, string identity) => End(activity, new HistoryEvent
    {
        EventType = EventType.ActivityTaskFailed,
        ActivityTaskFailedEventAttributes = new()
        {
            ScheduledEventId = activity.ScheduledEventId,
            Failure = failure,
            RetryState = state,
            Identity = identity,
        },
    });

    public void Cancel(PendingActivity activity, Payloads? details, string identity) => End(activity, new HistoryEvent
    {
        EventType = EventType.ActivityTaskCanceled,
        ActivityTaskCanceledEventAttributes = new()
        {
            ScheduledEventId = activity.ScheduledEventId,
            LatestCancelRequestedEventId = activity.CancelRequestedEventId,
            Details = details,
            Identity = identity,
        },
    });

    public void Drop()
    {
        foreach (var activity in _pending.Values)
        {
            activity.CancelDues();
            activity.Overall?.Cancel();
        }

        _pending.Clear();
    }

    private void Enqueue(PendingActivity activity)
    {
        activity.Stamp = TaskToken.NextStamp();
        activity.ScheduledTime = execution.Service.Now;
        AddDue(activity, Durations.Of(activity.Attributes.ScheduleToStartTimeout), TimeoutType.ScheduleToStart);
        execution.Service.Queues.Activity(activity.Attributes.TaskQueue.Name).Add(new QueuedActivityTask(execution, activity));
    }

    private RetryDecision Retry(PendingActivity activity, Failure failure)
    {
        if (activity.IsCancelRequested)
        {
            return RetryDecision.No(RetryState.CancelRequested);
        }

        if (failure.TimeoutFailureInfo?.TimeoutType is TimeoutType.ScheduleToStart or TimeoutType.ScheduleToClose)
        {
            return RetryDecision.No(RetryState.Timeout);
        }

        var now = execution.Service.Now;
        var retry = Retries.Next(activity.Attributes.RetryPolicy, activity.Attempt, failure, now, activity.Expiration);
        if (retry.IsRetry)
        {
            activity.CancelDues();
            activity.Attempt++;
            activity.Stamp = TaskToken.NextStamp();
            activity.StartedTime = null;
            activity.LastFailure = failure;
            activity.LastAttemptCompleteTime = now;
            activity.RetryInterval = retry.Interval;
            activity.NextAttemptTime = activity.ScheduledTime = now + retry.Interval;
            activity.Dues.Add(execution.Service.Timers.At(now + retry.Interval, () =>
            {
                activity.Dues.Clear();
                Enqueue(activity);
            }));
        }

        return retry;
    }

    private void AddDue(PendingActivity activity, TimeSpan limit, TimeoutType type)
    {
        if (execution.Service.Timers.After(limit, () => OnTimeout(activity, type)) is { } due)
        {
            activity.Dues.Add(due);
        }
    }

    // Looked at when the first silence could be over, not set anew with every heartbeat.
    private void WatchHeartbeat(PendingActivity activity, TimeSpan limit)
    {
        if (limit <= TimeSpan.Zero)
        {
            return;
        }

        var stamp = activity.Stamp;
        var due = (activity.LastHeartbeatTime ?? activity.StartedTime!.Value) + limit;
        activity.Dues.Add(execution.Service.Timers.At(due, () =>
        {
            if (activity.Stamp != stamp)
            {
                return;
            }

            if (activity.LastHeartbeatTime + limit > execution.Service.Now)
            {
                WatchHeartbeat(activity, limit);
            }
            else
            {
                OnTimeout(activity, TimeoutType.Heartbeat);
            }
        }));
    }

    private void OnTimeout(PendingActivity activity, TimeoutType type)
    {
        if (Find(activity.ScheduledEventId) is null)
        {
            return;
        }

        var failure = ActivityTimeouts.Failure($"activity {type} timeout", type);
        var retry = Retry(activity, failure);
        if (retry.IsRetry)
        {
            return;
        }

        if (retry.State == RetryState.Timeout && type != TimeoutType.ScheduleToStart)
        {
            // A service says so when there is no time for another attempt.
            failure = ActivityTimeouts.Failure("Not enough time to schedule next retry before activity ScheduleToClose timeout, giving up retrying", TimeoutType.ScheduleToClose);
        }

        failure.TimeoutFailureInfo.LastHeartbeatDetails = activity.HeartbeatDetails;
        failure.Cause = activity.LastFailure;
        execution.Tell(() => End(activity, new HistoryEvent
        {
            EventType = EventType.ActivityTaskTimedOut,
            ActivityTaskTimedOutEventAttributes = new()
            {
                ScheduledEventId = activity.ScheduledEventId,
                Failure = failure,
                RetryState = retry.State,
            },
        }));
    }

    private void End(PendingActivity activity, HistoryEvent end)
    {
        activity.CancelDues();
        activity.Overall?.Cancel();
        activity.Stamp = TaskToken.NextStamp();
        _pending.Remove(activity.ScheduledEventId);
        if (activity.IsStarted)
        {
            execution.Log.Append(new HistoryEvent
            {
                EventType = EventType.ActivityTaskStarted,
                ActivityTaskStartedEventAttributes = new()
                {
                    ScheduledEventId = activity.ScheduledEventId,
                    Identity = activity.Identity,
                    RequestId = activity.RequestId,
                    Attempt = activity.Attempt,
                    LastFailure = activity.LastFailure,
                },
            });
        }

        execution.Log.Append(end);
    }
}
