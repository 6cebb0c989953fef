namespace PersonalizeConnectors.Workflows.Contracts;

/// <summary>Types of the failures a run can end with; the command line turns them into exit codes.</summary>
public static class FailureTypes
{
    /// <summary>The workflow's input is wrong: no job path, an unknown key. Exit code 2.</summary>
    public const string InvalidInput = "InvalidInput";

    /// <summary>config.json or an input is wrong; every problem is in the message. Exit code 2.</summary>
    public const string InvalidConfiguration = "InvalidConfiguration";

    /// <summary>Another run of this job holds its workflow id or its store. Exit code 1.</summary>
    public const string JobAlreadyRunning = "JobAlreadyRunning";

    /// <summary>A guard refused. Exit code 1.</summary>
    public const string GuardTripped = "GuardTripped";

    /// <summary>A state file is damaged or not ours. Exit code 1.</summary>
    public const string DamagedState = "DamagedState";

    /// <summary><c>unknownItems: fail</c>, and there is one. Exit code 1.</summary>
    public const string UnknownItems = "UnknownItems";

    /// <summary>The destination refuses this account (401, 403, 404) or what it says cannot be used. Exit code 1.</summary>
    public const string DestinationRefused = "DestinationRefused";

    /// <summary>The destination stayed away for longer than <c>deliveryPatience</c>, or answered what cannot be mapped. Exit code 1.</summary>
    public const string DestinationUnavailable = "DestinationUnavailable";

    /// <summary>An input changed or vanished while the run read it. Exit code 1.</summary>
    public const string InputChanged = "InputChanged";

    /// <summary>The store: missing, denied or full; worth another try. Exit code 1.</summary>
    public const string Storage = "Storage";

    /// <summary>AWS cannot be reached, or accepts no credentials that were found. Exit code 4.</summary>
    public const string AwsUnreachable = "AwsUnreachable";

    /// <summary>The worker does not take this job's location. Exit code 2.</summary>
    public const string LocationRefused = "LocationRefused";
}
