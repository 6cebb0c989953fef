namespace PersonalizeConnectors.Workflows.Contracts;

/// <summary>All that the report needs beside what lies in staging.</summary>
public sealed record ReportInput
{
    public required RunRef Run { get; init; }
    public required string WorkflowId { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public required double Seconds { get; init; }

    /// <summary>Null while nothing failed; the first failure in one sentence otherwise.</summary>
    public string? Failure { get; init; }

    public bool Canceled { get; init; }
    public string? JobType { get; init; }
    public LineCounts Lines { get; init; } = new();
    public MappingCounts? Mapping { get; init; }
    public CatalogCounts? Catalog { get; init; }

    /// <summary>In the order of config.json; empty where they are staged.</summary>
    public IReadOnlyList<ConnectorOutcome> Connectors { get; init; } = [];

    /// <summary>In the order of config.json, connectors whose outcome lies in staging: more than a payload of 4 KB holds.</summary>
    public IReadOnlyList<string> StagedConnectors { get; init; } = [];

    public IReadOnlyList<StepOutcome> Steps { get; init; } = [];

    /// <summary>Leave staging for the next run's <c>Recover</c>: what was accepted is not in the state yet.</summary>
    public bool KeepStaging { get; init; }
}

/// <param name="Failure">Why this connector failed, or null.</param>
public sealed record ConnectorOutcome(string Name, long Records, UserCounts Users, RequestCounts Requests, string? Failure);

public sealed record StageOutcomeInput(RunRef Run, ConnectorOutcome Outcome);

/// <param name="Key">Of the object in the job's store.</param>
public sealed record StageOutcomeResult(string Key);

public sealed record StepOutcome(string Name, double Seconds, long BytesIn, long BytesOut);

public sealed record ReportResult(string Status, string ReportKey);
