namespace PersonalizeConnectors.Workflows.Contracts;

/// <summary>What the signals <c>pause</c> and <c>resume</c> of a job and of a delivery carry; they do as well with nothing.</summary>
public sealed record PauseInput
{
    /// <summary>Who asks, for whoever finds the run paused; null where nobody said.</summary>
    public string? By { get; init; }
}

/// <summary>A run that starts nothing new until it is resumed.</summary>
/// <param name="Since">UTC.</param>
/// <param name="By">Who paused it; null where nobody said.</param>
public sealed record PausedRun(DateTimeOffset Since, string? By)
{
    /// <summary>Under this name it stands in the run's memo, where no worker has to be asked.</summary>
    public const string MemoName = "Paused";
}

/// <summary>Names of the signals, for those who send them without the workflow at hand.</summary>
public static class PauseSignals
{
    public const string Pause = "pause";
    public const string Resume = "resume";
}
