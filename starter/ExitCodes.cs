using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Starter;

/// <summary>What the process returns; a contract with scripts.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>The run failed or was canceled: a guard, too many rejections, a damaged state, a destination that stays away.</summary>
    public const int Failed = 1;

    /// <summary>The command, config.json or an input is wrong.</summary>
    public const int Usage = 2;

    public const int DoneWithRejections = 3;

    /// <summary>Temporal or AWS cannot be reached.</summary>
    public const int CannotConnect = 4;

    /// <summary>Ctrl-C ended a command that has nothing to settle, or came twice; 128 and the signal's number, as shells have it.</summary>
    public const int Interrupted = 130;

    public static int OfFailure(string? type) => type switch
    {
        FailureTypes.InvalidInput or FailureTypes.InvalidConfiguration or FailureTypes.LocationRefused => Usage,
        FailureTypes.AwsUnreachable => CannotConnect,
        _ => Failed,
    };

    public static int OfStatus(string status) => status switch
    {
        RunStatus.Completed => Done,
        RunStatus.CompletedWithRejections => DoneWithRejections,
        _ => Failed,
    };
}
