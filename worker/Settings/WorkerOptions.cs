namespace PersonalizeConnectors.Worker.Settings;

/// <summary>The worker process itself; configuration section <c>Worker</c>, which it shares with the scratch folder.</summary>
public sealed class WorkerOptions
{
    public const string Section = "Worker";

    /// <summary>Port on which <c>/health/live</c> and <c>/health/ready</c> answer, on every address of this host. Default: none, so that two workers of a host do not collide.</summary>
    public ushort? HealthPort { get; set; }

    /// <summary>
    /// Activities of delivery that run at once: 1 to 100, default 4. They wait for the network, not for a core. A drain, a watch, and a delivery of parts
    /// take one each for as long as they go on, and runs that deliver share the others.
    /// </summary>
    public int DeliverSlots { get; set; } = 4;

    /// <summary>Form of the log on standard output: a line for a person, or a JSON object a line. Default text.</summary>
    public LogForm Logs { get; set; } = LogForm.Text;
}

public enum LogForm
{
    Text,
    Json,
}
