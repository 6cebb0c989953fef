using System.Globalization;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>What a hold says to a run that may not have the job, whichever store keeps it.</summary>
internal static class HoldFailures
{
    /// <param name="freeAfterDeath">When the job is free if the holder's process is dead: completes "if that process is gone, the job is free …".</param>
    public static ConnectorException Running(JobLocation job, HeldBy holder, string freeAfterDeath) => new(
        FailureTypes.JobAlreadyRunning,
        $"Run {holder.RunId} has the job {job.JobPath}: process {holder.ProcessId} on {holder.Host}, since {Time(holder.Since)}, for the Temporal service "
        + $"{holder.Service}. Wait for it to end or cancel it there; if that process is gone, the job is free {freeAfterDeath}.",
        transient: false);

    /// <param name="holder">Who has the job now; null where nobody does.</param>
    public static ConnectorException Lost(JobLocation job, string runId, HeldBy? holder) => new(
        FailureTypes.JobAlreadyRunning,
        $"Run {runId} no longer has the job {job.JobPath}: "
        + (holder is null
            ? "its hold was removed, or another run took it and has ended. "
            : $"run {holder.RunId} took it, by process {holder.ProcessId} on {holder.Host}, at {Time(holder.Since)}, for the Temporal service {holder.Service}. ")
        + "Nothing was committed; run the job again.",
        transient: false);

    private static string Time(DateTimeOffset time) => time.ToString("u", CultureInfo.InvariantCulture);
}
