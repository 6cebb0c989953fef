namespace PersonalizeConnectors.Activities.Storage;

/// <summary>
/// Keeps runs of one job by different Temporal services (two command lines with engines of their own) from working at the same time.
/// Within one service the workflow id does that already, so a hold of another run of the same service is taken over.
/// </summary>
public interface IJobHold
{
    /// <summary>Takes the job for the run, or takes it over from an ended run of the same service: from any that did not begin later.</summary>
    /// <exception cref="Failures.ConnectorException"><c>JobAlreadyRunning</c>; the message names the holder.</exception>
    Task AcquireAsync(JobLocation job, string runId, CancellationToken cancellationToken);

    /// <summary>
    /// Lets this process keep the job for the run too, as long as the run lives: every worker that has a step of it does, so that the hold outlives each
    /// of them. A run that lost the job is not told here.
    /// </summary>
    Task KeepAsync(JobLocation job, string runId, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Refuses unless this run still holds the job; called before every state commit.</summary>
    /// <exception cref="Failures.ConnectorException"><c>JobAlreadyRunning</c>.</exception>
    Task CheckAsync(JobLocation job, string runId, CancellationToken cancellationToken);

    /// <summary>Lets the job go, if this run holds it.</summary>
    Task ReleaseAsync(JobLocation job, string runId, CancellationToken cancellationToken);

    /// <summary>Who works on the job now, as far as this host can tell; null where nobody does.</summary>
    Task<HeldBy?> FindHolderAsync(JobLocation job, CancellationToken cancellationToken) => Task.FromResult<HeldBy?>(null);
}

/// <summary>A live holder of a job.</summary>
/// <param name="Service">The Temporal service it works for.</param>
/// <param name="Since">UTC.</param>
public sealed record HeldBy(string RunId, string Host, int ProcessId, DateTimeOffset Since, string Service);
