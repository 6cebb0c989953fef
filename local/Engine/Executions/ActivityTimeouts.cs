using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Command.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;

namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>The four limits of an activity: what a command leaves open follows from the rest.</summary>
internal static class ActivityTimeouts
{
    public static Failure Failure(string message, TimeoutType type) =>
        new() { Message = message, Source = "Server", TimeoutFailureInfo = new TimeoutFailureInfo { TimeoutType = type } };

    /// <summary>Schedule to close and to start are at most the run's; start to close at most schedule to close.</summary>
    public static (Duration ScheduleToClose, Duration ScheduleToStart, Duration StartToClose, Duration Heartbeat) Of(
        ScheduleActivityTaskCommandAttributes command, Duration runTimeout)
    {
        var scheduleToClose = Durations.Least(command.ScheduleToCloseTimeout, runTimeout);
        var scheduleToStart = Durations.Least(command.ScheduleToStartTimeout, scheduleToClose);
        var startToClose = Durations.Least(command.StartToCloseTimeout, scheduleToClose);
        var heartbeat = Durations.Of(command.HeartbeatTimeout) > TimeSpan.Zero ? Durations.Least(command.HeartbeatTimeout, startToClose) : new Duration();
        return (scheduleToClose, scheduleToStart, startToClose, heartbeat);
    }
}
