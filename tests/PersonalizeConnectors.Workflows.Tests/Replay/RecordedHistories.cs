using System.Text.Json.Nodes;
using Temporalio.Common;

namespace PersonalizeConnectors.Workflows.Tests.Replay;

/// <summary>Histories of runs as they once were; a change of a workflow that cannot replay them breaks runs under way.</summary>
internal static class RecordedHistories
{
    private const string Pattern = "*.json";

    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.EnumerateFiles(Folder, Pattern).Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Histories");

    public static string Text(string name) => File.ReadAllText(Path.Combine(Folder, name + ".json"));

    /// <summary>The workflow id is part of what a run decides by, so it comes from the history too.</summary>
    public static WorkflowHistory Parse(string json) => WorkflowHistory.FromJson(
        (string)JsonNode.Parse(json)!["events"]![0]!["workflowExecutionStartedEventAttributes"]!["workflowId"]!, json);

    /// <summary>Writes a history beside the test's source, without what tells of the machine it was recorded on.</summary>
    public static async Task WriteAsync(string name, WorkflowHistory history)
    {
        var json = JsonNode.Parse(history.ToJson())!;
        Clean(json);
        var folder = Directory.CreateDirectory(Path.Combine(SourceFolder(), "Histories"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, name + ".json"), json.ToJsonString(new() { WriteIndented = true }) + "\n");
    }

    private static void Clean(JsonNode node)
    {
        switch (node)
        {
            case JsonObject item:
                foreach (var (key, value) in item.ToList())
                {
                    if (key is "identity" or "stackTrace")
                    {
                        item[key] = key == "identity" ? "recorder" : "";
                    }
                    else if (key == "normalName")
                    {
                        // A worker's own queue is named after its process and machine.
                        item["name"] = "sticky";
                    }
                    else if (value is not null)
                    {
                        Clean(value);
                    }
                }

                break;
            case JsonArray list:
                foreach (var value in list.OfType<JsonNode>())
                {
                    Clean(value);
                }

                break;
        }
    }

    private static string SourceFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PersonalizeConnectors.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("No solution above the test's folder.");
        }

        return Path.Combine(folder.FullName, "tests", "PersonalizeConnectors.Workflows.Tests");
    }
}
