namespace PersonalizeConnectors.Core.Configuration;

/// <summary>A job's <c>config.json</c>, checked and with every default filled in.</summary>
public sealed record JobConfiguration
{
    /// <summary>Default of <see cref="SettleSeconds"/>: Personalize writes an object whole, so a minute of quiet after the newest is enough.</summary>
    public const int DefaultSettleSeconds = 60;

    /// <summary>Folder with <c>.out</c> files, or folder of dated run folders: an <c>s3://</c> address, or relative to the root.</summary>
    public required string BatchInferencePath { get; init; }

    /// <summary>In a folder of dated runs: how old the newest <c>.out</c> must be, in seconds.</summary>
    public int SettleSeconds { get; init; } = DefaultSettleSeconds;

    /// <summary>Write error lines under <c>errors/</c>. Default false.</summary>
    public bool SaveBatchInferenceErrors { get; init; }

    public Guards Guards { get; init; } = new();

    /// <summary>How many runs keep their reports, rejections and errors. Default 30.</summary>
    public int KeepRuns { get; init; } = 30;

    /// <summary>In the order of the file; at least one.</summary>
    public required IReadOnlyList<ConnectorConfiguration> Connectors { get; init; }

    /// <summary>True where any connector needs scores, so that Load keeps them.</summary>
    public bool NeedsScores => Connectors.Any(c => c.IncludeScores || c.MinScore is not null);
}

/// <summary>Limits beyond which a run refuses to go on. A null rate is off.</summary>
public sealed record Guards
{
    /// <summary>Fewest lines read. Default 1.</summary>
    public long MinLines { get; init; } = 1;

    /// <summary>Errors / read lines. Default 0.5.</summary>
    public double? MaxErrorRate { get; init; } = 0.5;

    /// <summary>Changed users / users in the state; new ones do not count. Default off.</summary>
    public double? MaxChangeRate { get; init; }

    /// <summary>Removed users / users in the state. Default 0.2.</summary>
    public double? MaxRemovalRate { get; init; } = 0.2;

    /// <summary>Rejected / sent users of a delivery. Default 0.5.</summary>
    public double? MaxRejectRate { get; init; } = 0.5;
}
