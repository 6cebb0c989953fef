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
    public IReadOnlyList<ConnectorOutcome> Connectors { get; init; } = [];
    public IReadOnlyList<StepOutcome> Steps { get; init; } = [];

    /// <summary>Leave staging for the next run's <c>Recover</c>: what was accepted is not in the state yet.</summary>
    public bool KeepStaging { get; init; }
}

/// <param name="Failure">Why this connector failed, or null.</param>
public sealed record ConnectorOutcome(string Name, long Records, UserCounts Users, RequestCounts Requests, string? Failure);

public sealed record StepOutcome(string Name, double Seconds, long BytesIn, long BytesOut);

public sealed record ReportResult(string Status, string ReportKey);
