namespace PersonalizeConnectors.Worker.Settings;

/// <summary>The worker process itself; configuration section <c>Worker</c>, which it shares with the scratch folder.</summary>
public sealed class WorkerOptions
{
    public const string Section = "Worker";

    /// <summary>Port on which <c>/health/live</c> and <c>/health/ready</c> answer, on every address of this host. Default: none, so that two workers of a host do not collide.</summary>
    public ushort? HealthPort { get; set; }

    /// <summary>Form of the log on standard output: a line for a person, or a JSON object a line. Default text.</summary>
    public LogForm Logs { get; set; } = LogForm.Text;
}

public enum LogForm
{
    Text,
    Json,
}
