using PersonalizeConnectors.Activities.Storage.Local;

namespace PersonalizeConnectors.Activities.Storage;

/// <summary>A local root is held by locks of the operating system, every other by a lease.</summary>
internal sealed class JobHolds(LocalJobHold local, LeaseJobHold lease) : IJobHold
{
    public Task AcquireAsync(JobLocation job, string runId, CancellationToken cancellationToken) => Of(job).AcquireAsync(job, runId, cancellationToken);

    public Task KeepAsync(JobLocation job, string runId, CancellationToken cancellationToken) => Of(job).KeepAsync(job, runId, cancellationToken);

    public Task CheckAsync(JobLocation job, string runId, CancellationToken cancellationToken) => Of(job).CheckAsync(job, runId, cancellationToken);

    public Task ReleaseAsync(JobLocation job, string runId, CancellationToken cancellationToken) => Of(job).ReleaseAsync(job, runId, cancellationToken);

    public Task<HeldBy?> FindHolderAsync(JobLocation job, CancellationToken cancellationToken) => Of(job).FindHolderAsync(job, cancellationToken);

    private IJobHold Of(JobLocation job) => job.Store is LocalObjectStore ? local : lease;
}
