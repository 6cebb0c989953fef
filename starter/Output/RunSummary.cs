using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Api.Enums.V1;

namespace PersonalizeConnectors.Starter.Output;

/// <summary>The end of a run in a few lines: the funnel, what was not accepted and why, where the files lie.</summary>
internal static class RunSummary
{
    private const int MostRejections = 10;

    public static void Write(JsonDocument report, TextWriter target)
    {
        var root = report.RootElement;
        target.WriteLine(Text($"run {root.GetProperty("runId")}  {root.GetProperty("status")}  {root.GetProperty("seconds").GetDouble():0.0} s"));
        if (root.GetProperty("failure").GetString() is { } failure)
        {
            target.WriteLine($"failure    {Words.Clean(failure)}");
        }

        Line(target, "lines", root.GetProperty("lines"), "read", "results", "errors", "malformed", "duplicates", "empty");
        Line(target, "mapping", root.GetProperty("mapping"), "rows", "malformed", "users", "usersWithoutRecommendations", "itemsWithoutUsers");
        Line(target, "catalog", root.GetProperty("catalog"), "items", "malformed", "duplicates", "unknownItems");
        foreach (var connector in root.GetProperty("connectors").EnumerateObject())
        {
            target.WriteLine();
            target.WriteLine(Words.Clean(connector.Name));
            Line(target, "  users", connector.Value.GetProperty("users"), "total", "new", "changed", "unchanged", "removed");
            Line(target, "  sent", connector.Value.GetProperty("users"), "accepted", "rejected", "unknown");
            Line(target, "  requests", connector.Value.GetProperty("requests"), "sent", "retried", "rateLimited");
            foreach (var rejection in connector.Value.GetProperty("rejections").EnumerateArray().Take(MostRejections))
            {
                target.WriteLine(Text($"    {rejection.GetProperty("users").GetInt64():N0} × {rejection.GetProperty("reason")}"));
            }

            target.WriteLine(Text($"  records   {connector.Value.GetProperty("records").GetInt64():N0} in {connector.Value.GetProperty("outputPath")}"));
        }
    }

    /// <summary>What <c>--detach</c> says.</summary>
    public static string Started(string workflowId, string? runId, bool json) => json
        ? Document.Of(new DetachDocument(workflowId, runId))
        : $"Started workflow \"{workflowId}\".";

    /// <summary>The spine of a report for a run that failed before it could write one.</summary>
    public static string WithoutReport(string jobPath, string workflowId, string? runId, WorkflowExecutionStatus status, string? failure) => Document.Of(new JsonObject
    {
        ["jobPath"] = jobPath,
        ["jobType"] = Path.GetFileName(Path.GetDirectoryName(jobPath)),
        ["runId"] = runId,
        ["workflowId"] = workflowId,
        ["status"] = status == WorkflowExecutionStatus.Canceled ? RunStatus.Canceled : RunStatus.Failed,
        ["startedAt"] = null,
        ["seconds"] = 0,
        ["failure"] = failure,
        ["lines"] = JsonSerializer.SerializeToNode(new LineCounts(), JsonSerializerOptions.Web),
        ["mapping"] = null,
        ["catalog"] = null,
        ["connectors"] = new JsonObject(),
        ["steps"] = new JsonArray(),
        ["samples"] = new JsonObject(),
    });

    private static void Line(TextWriter target, string name, JsonElement counts, params string[] keys)
    {
        if (counts.ValueKind == JsonValueKind.Object)
        {
            target.WriteLine($"{name,-10} {string.Join("  ", keys.Select(k => Text($"{k} {counts.GetProperty(k).GetInt64():N0}")))}");
        }
    }

    private static string Text(FormattableString text) => Words.Clean(text.ToString(CultureInfo.InvariantCulture));
}

/// <summary>What <c>run --detach --json</c> and <c>cancel --detach --json</c> print; <c>docs/detach.schema.json</c>.</summary>
internal sealed record DetachDocument(string WorkflowId, string? TemporalRunId);
