namespace PersonalizeConnectors.Activities.Storage;

/// <summary>The worker's private disk; configuration section <c>Worker</c>.</summary>
public sealed class ScratchOptions
{
    public const string Section = "Worker";

    /// <summary>
    /// Folder for catalogs and tables while a run uses them; as large as the largest of both. Default: <c>personalize-connectors-</c> and the user's
    /// name in the system's folder for temporary files, which users share: a folder that one of them made is closed to the next.
    /// </summary>
    public string ScratchPath { get; set; } = Path.Join(Path.GetTempPath(), "personalize-connectors-" + Environment.UserName);
}
