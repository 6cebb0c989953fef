namespace PersonalizeConnectors.Activities.Storage;

/// <summary>Whether a run still goes on, as its Temporal service knows it: a run that was terminated tells no worker.</summary>
public interface ILiveRuns
{
    /// <summary>True where the run is known to have ended. A service that cannot be asked knows nothing, and the run counts as alive.</summary>
    Task<bool> HasEndedAsync(string jobPath, string runId, CancellationToken cancellationToken);
}

/// <summary>Without a Temporal service: what holds a job lives as long as its process.</summary>
internal sealed class OwnLife : ILiveRuns
{
    public Task<bool> HasEndedAsync(string jobPath, string runId, CancellationToken cancellationToken) => Task.FromResult(false);
}
