using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Storage.State;

/// <summary>Forgets a connector's sync state, readable or not: the next run sends every user.</summary>
public static class StateReset
{
    /// <summary>The manifest goes first, so that an interruption leaves no state rather than half of one.</summary>
    /// <param name="holder">Who has the job meanwhile.</param>
    public static async Task RunAsync(JobLocation job, string connector, IJobHold hold, string holder, CancellationToken cancellationToken)
    {
        await job.Store.DeleteAsync(RunKeys.StateManifestOf(job.Prefix, connector), cancellationToken);
        await StateFiles.RemoveUnnamedAsync(job, connector, manifest: null, hold, holder, cancellationToken);
    }
}
