using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Report;

/// <summary>The document of <c>runs/&lt;run&gt;/report.json</c> and <c>run --json</c>; <c>docs/report.schema.json</c> describes every key.</summary>
public sealed record ReportDocument
{
    public required string JobPath { get; init; }
    public required string JobType { get; init; }
    public required string RunId { get; init; }
    public required string WorkflowId { get; init; }

    /// <summary>One of <see cref="RunStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    public required double Seconds { get; init; }

    /// <summary>What failed, in one or a few sentences; null where nothing did.</summary>
    public required string? Failure { get; init; }

    /// <summary>What the run was made of; null where it failed before it knew, and in reports of earlier versions.</summary>
    public ReportedInput? Input { get; init; }

    public required LineCounts Lines { get; init; }

    /// <summary>Null for user-keyed jobs.</summary>
    public required MappingCounts? Mapping { get; init; }

    /// <summary>Null without item metadata.</summary>
    public required CatalogCounts? Catalog { get; init; }

    /// <summary>By name, in the order of config.json.</summary>
    public required IReadOnlyDictionary<string, ReportedConnector> Connectors { get; init; }

    public required IReadOnlyList<StepOutcome> Steps { get; init; }

    /// <summary>By step: what could not be read, a bounded sample of it, and the batch output's error messages.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<JsonElement>> Samples { get; init; }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ReportJson.Readable.ReportDocument);

    /// <exception cref="JsonException">Not a report.</exception>
    public static ReportDocument Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, ReportJson.Readable.ReportDocument) ?? throw new JsonException("The report is empty.");
}

/// <param name="BatchOutput">Folder of the batch output: below the root, or with its store's address where that is another one.</param>
/// <param name="Configuration">Hash of config.json without its comments and layout, 16 hex digits; equal where nothing was set otherwise.</param>
public sealed record ReportedInput(string BatchOutput, string Configuration)
{
    public static ReportedInput Of(OpenedRun run)
    {
        var first = run.Plan.BatchFiles[0].Key;
        var folder = first[..(first.LastIndexOf('/') + 1)];
        return new(
            ReferenceEquals(run.Input, run.Store) ? folder : $"{run.Input.Address.TrimEnd('/')}/{folder}",
            ConfigurationHash.Of(run.Plan.Config));
    }
}

/// <param name="OutputPath">Folder of the run's parts, with the store's address.</param>
/// <param name="Records">Records written there.</param>
/// <param name="Requests">Of all attempts of the delivery.</param>
/// <param name="CollapsedUsers">Accepted users whose lists the destination shortens, because values in them are equal.</param>
/// <param name="Rejections">Most frequent first.</param>
public sealed record ReportedConnector(
    string OutputPath, long Records, UserCounts Users, RequestCounts Requests, long CollapsedUsers, IReadOnlyList<Rejection> Rejections);

/// <param name="Example">Id of one of the users.</param>
public sealed record Rejection(string Reason, long Users, string Example);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(ReportDocument))]
[JsonSerializable(typeof(ConnectorOutcome))]
internal sealed partial class ReportJson : JsonSerializerContext
{
    /// <summary>Ids and messages as they are; the document is a file, and never stands inside a page.</summary>
    public static ReportJson Readable { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    });
}
