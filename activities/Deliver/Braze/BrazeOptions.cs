namespace PersonalizeConnectors.Activities.Deliver.Braze;

/// <summary>How this process talks to Braze. What a job decides stands in its config.json.</summary>
internal sealed record BrazeOptions
{
    /// <summary>Default 10 s: a host that does not answer by then is away.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From the first byte sent to the last one read. Default 30 s: shorter ones cut off requests that Braze went on to process.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Default 5 minutes, so that a changed address of the host is noticed.</summary>
    public TimeSpan ConnectionLifetime { get; init; } = TimeSpan.FromMinutes(5);
}
