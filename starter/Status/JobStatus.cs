using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Starter.Status;

/// <summary>The document of <c>status --json</c>; <c>docs/status.schema.json</c>.</summary>
/// <param name="Service">Address of the Temporal service that was asked; null where none is configured.</param>
/// <param name="State">One of <see cref="JobState"/>.</param>
/// <param name="Run">The run under way on the service, else null.</param>
/// <param name="Holder">Who works on the job where the service does not run it, else null.</param>
/// <param name="LastRun">The end of the newest run that has ended, as far as it is known.</param>
internal sealed record JobStatus(string JobPath, string WorkflowId, string? Service, string State, RunInProgress? Run, HeldBy? Holder, EndedRun? LastRun);

/// <summary>The values of <c>state</c>.</summary>
internal static class JobState
{
    public const string Running = "running";

    /// <summary>Running, but nothing new begins until it is resumed.</summary>
    public const string Paused = "paused";

    /// <summary>Running, but its workflow task keeps failing.</summary>
    public const string Stuck = "stuck";

    /// <summary>No run is under way on the service; another process works on the job.</summary>
    public const string Elsewhere = "elsewhere";

    public const string Idle = "idle";
}

/// <param name="RunId">Null before the run's first step.</param>
/// <param name="Phase">The step under way; null before the first.</param>
/// <param name="Paused">Since when, and by whom; null where it is not paused.</param>
/// <param name="HasWorker">False where no worker answered within 3 s; then <paramref name="Steps"/> is empty.</param>
internal sealed record RunInProgress(
    string? RunId, string TemporalRunId, DateTimeOffset StartedAt, string? Phase, PausedRun? Paused, bool HasWorker, IReadOnlyList<StepProgress> Steps, IReadOnlyList<RunningStep> Running);

/// <param name="Status">One of <see cref="RunStatus"/>, or terminated, or timedOut.</param>
internal sealed record EndedRun(string? RunId, string Status, DateTimeOffset StartedAt, double Seconds, string? Failure);
