using System.Text.Json;
using System.Text.Json.Serialization;

namespace PersonalizeConnectors.Workflows.Contracts;

/// <summary>What starts a <c>ConnectorJob</c>. Only <see cref="JobPath"/> is required. Lenient on purpose: the workflow itself refuses what is wrong.</summary>
[JsonConverter(typeof(ConnectorJobInputConverter))]
public sealed record ConnectorJobInput
{
    /// <summary>Folder of the job: <c>s3://bucket/etl_jobs/type/name</c> or a local folder.</summary>
    public string? JobPath { get; init; }

    /// <summary>Send every user, changed or not. Default false.</summary>
    public bool? FullResync { get; init; }

    /// <summary>Only these users; null for all.</summary>
    public IReadOnlyList<string>? Users { get; init; }

    /// <summary>At most so many updates; null for all.</summary>
    public long? Limit { get; init; }

    /// <summary>Go on where a guard would stop the run. Default false.</summary>
    public bool? OverrideGuards { get; init; }

    /// <summary>Keys this version does not know; the workflow refuses them by name.</summary>
    [JsonIgnore]
    public IDictionary<string, JsonElement>? Unknown { get; init; }

    /// <summary>What is not of its type, a sentence each; the workflow refuses it.</summary>
    [JsonIgnore]
    public IReadOnlyList<string>? Malformed { get; init; }
}

/// <summary>What a finished run says; the whole report lies at <see cref="ReportKey"/> in the job's store.</summary>
public sealed record ConnectorJobResult
{
    public required string RunId { get; init; }

    /// <summary>One of <see cref="RunStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Key of report.json below the root.</summary>
    public string? ReportKey { get; init; }

    /// <summary>One sentence where the run failed, else null.</summary>
    public string? Failure { get; init; }

    public UserCounts Users { get; init; } = new();
}

/// <summary>The values of <c>status</c> in reports and results.</summary>
public static class RunStatus
{
    public const string Completed = "completed";
    public const string CompletedWithRejections = "completedWithRejections";
    public const string Failed = "failed";
    public const string Canceled = "canceled";
}

/// <summary>Answer of the query <c>progress</c>: finished steps; running ones are read from their heartbeats.</summary>
public sealed record JobProgress
{
    public string RunId { get; init; } = "";

    /// <summary>The step now under way, or <c>Done</c>.</summary>
    public string Phase { get; init; } = "";

    public IReadOnlyList<StepProgress> Steps { get; init; } = [];

    /// <summary>Null unless somebody has paused the run.</summary>
    public PausedRun? Paused { get; init; }
}

/// <summary>One step of a run: how many of its activities are done.</summary>
public sealed record StepProgress(string Name, string? Connector, int Done, int Total, double Seconds);
