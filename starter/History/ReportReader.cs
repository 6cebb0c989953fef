using System.Text.Json;
using System.Text.Json.Nodes;
using PersonalizeConnectors.Activities.Report;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Starter.History;

/// <summary>Reads reports of this and of other versions: what an older one did not write yet counts as nothing, what a newer one adds is left aside.</summary>
internal static class ReportReader
{
    // Which of two equal keys was meant, nobody can say.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <exception cref="JsonException">Not a report; the message completes "… cannot be read: ".</exception>
    public static ReportDocument Parse(ReadOnlySpan<byte> json, string runId)
    {
        if (JsonNode.Parse(json, documentOptions: Strict) is not JsonObject report || Text(report, "status") is null)
        {
            throw new JsonException("it is no report of a run: it has no status.");
        }

        if (Text(report, "runId") is { } named && named != runId)
        {
            throw new JsonException($"it is the report of another run, {named}.");
        }

        report["runId"] = runId;
        Default(report, "jobPath", "");
        Default(report, "jobType", "");
        Default(report, "workflowId", "");
        Default(report, "startedAt", RunKeys.TryParseRunId(runId, out var startedAt) ? startedAt.ToString("O") : throw new JsonException("it lies in no folder of a run."));
        Default(report, "seconds", 0);
        report.TryAdd("failure", null);
        report.TryAdd("mapping", null);
        report.TryAdd("catalog", null);
        Default(report, "lines", new JsonObject());
        Default(report, "steps", new JsonArray());
        Default(report, "samples", new JsonObject());
        Default(report, "connectors", new JsonObject());
        foreach (var (name, value) in Object(report["connectors"], "connectors"))
        {
            var connector = Object(value, $"connectors.{name}");
            Default(connector, "outputPath", "");
            Default(connector, "users", new JsonObject());
            Default(connector, "requests", new JsonObject());
            Default(connector, "rejections", new JsonArray());
            RequireObjects(connector["rejections"], $"connectors.{name}.rejections");
        }

        RequireObjects(report["steps"], "steps");

        return ReportDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(report));
    }

    private static JsonObject Object(JsonNode? node, string name) => node as JsonObject ?? throw new JsonException($"{name} is no object.");

    private static void RequireObjects(JsonNode? node, string name)
    {
        if (node is JsonArray elements && elements.Any(e => e is not JsonObject))
        {
            throw new JsonException($"{name} has an element that is no object.");
        }
    }

    private static string? Text(JsonObject report, string name) =>
        report[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static void Default(JsonObject target, string name, JsonNode value)
    {
        if (target[name] is null)
        {
            target[name] = value;
        }
    }
}
