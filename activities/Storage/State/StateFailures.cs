using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Storage.State;

/// <summary>The two ways in which a sync state refuses a run.</summary>
internal static class StateFailures
{
    /// <param name="what">Completes "… is refused: ".</param>
    public static ConnectorException Damaged(JobLocation job, string connector, string key, string what, Exception? cause = null) => new(
        FailureTypes.DamagedState,
        $"{job.Store.Address}/{key} is refused: {what}. The sync state of connector \"{connector}\" is not used, and never taken for an empty one. "
        + $"Put the object back from a copy, or run: personalize-connectors state reset {job.JobPath} --connector {connector}  "
        + "(the next run then sends every user again).",
        transient: false, cause: cause);

    /// <summary>Somebody published another state in the middle of this run.</summary>
    public static ConnectorException Moved(JobLocation job, string connector, string? publishedBy) => new(
        FailureTypes.JobAlreadyRunning,
        $"The sync state of connector \"{connector}\" of {job.JobPath} was {(publishedBy is null ? "removed" : $"replaced by run {publishedBy}")} "
        + "while this run was under way; nothing was overwritten. Let only one program run this job, then run it again.",
        transient: false);
}
