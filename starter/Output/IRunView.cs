using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Starter.Output;

/// <summary>Where the progress of a run is shown; always on standard error, so that standard output holds the document alone.</summary>
internal interface IRunView
{
    void Show(JobProgress progress, IReadOnlyList<RunningStep> running);

    /// <summary>One sentence for the person waiting; the same one again is not repeated.</summary>
    void Note(string text);
}

/// <summary>An activity under way.</summary>
/// <param name="Done">In the step's own unit; 0 of 0 before its first heartbeat.</param>
/// <param name="Trouble">What its last attempt failed with, while it waits for the next.</param>
/// <param name="IsWaiting">No worker has taken it yet.</param>
internal sealed record RunningStep(string Name, long Done, long Total, int Attempt, string? Trouble, bool IsWaiting = false)
{
    /// <summary>The trouble as one sentence; null where there is none.</summary>
    public string? TellTrouble() => Trouble is null ? null : IsWaiting ? $"{Name}: {Trouble}" : $"{Name}, attempt {Attempt}: {Trouble}";
}
