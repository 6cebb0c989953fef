namespace PersonalizeConnectors.Activities.Storage.Overlay;

/// <summary>Holds nothing: what only reads a job is in nobody's way, and a run is not in its way.</summary>
internal sealed class NoJobHold : IJobHold
{
    public Task AcquireAsync(JobLocation job, string runId, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task CheckAsync(JobLocation job, string runId, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ReleaseAsync(JobLocation job, string runId, CancellationToken cancellationToken) => Task.CompletedTask;
}
