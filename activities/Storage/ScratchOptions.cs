namespace PersonalizeConnectors.Activities.Storage;

/// <summary>The worker's private disk; configuration section <c>Worker</c>.</summary>
public sealed class ScratchOptions
{
    public const string Section = "Worker";

    /// <summary>
    /// Folder for catalogs and tables while a run uses them; as large as the largest of both. Default: <c>personalize-connectors</c> in the system's
    /// folder for temporary files.
    /// </summary>
    public string ScratchPath { get; set; } = Path.Join(Path.GetTempPath(), "personalize-connectors");
}
