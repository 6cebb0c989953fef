using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Delivery;
using PersonalizeConnectors.Workflows.Jobs;
using PersonalizeConnectors.Workflows.Watch;
using Temporalio.Client;
using Temporalio.Common;
using Temporalio.Worker;

namespace PersonalizeConnectors.Workflows.Tests.Replay;

/// <summary>
/// Histories of runs as each release made them, in a folder a release; a change of a workflow that cannot replay those of the last one breaks runs under
/// way. A folder is closed with its release: <c>SHA256SUMS</c> says what stands in it.
/// </summary>
internal static class RecordedHistories
{
    private const string Sums = "SHA256SUMS";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Of the last release.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.EnumerateFiles(FolderOf(Releases[^1]), "*.json").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    /// <summary>The releases that have histories, the oldest first.</summary>
    public static IReadOnlyList<string> Releases =>
        [.. Directory.EnumerateDirectories(Folder).Select(path => Path.GetFileName(path)).OrderBy(Version.Parse)];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Histories");

    public static string Text(string name) => File.ReadAllText(Path.Combine(FolderOf(Releases[^1]), name + ".json"));

    /// <summary>What the folder of a release says of its files, and what they are: lines of <c>sha256sum</c>.</summary>
    public static (IEnumerable<string> Said, IEnumerable<string> Found) SumsOf(string release) =>
    (
        File.ReadAllLines(Path.Combine(FolderOf(release), Sums)),
        Directory.EnumerateFiles(FolderOf(release), "*.json").Order(StringComparer.Ordinal)
            .Select(path => $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}  {Path.GetFileName(path)}"));

    public static Task<WorkflowReplayResult> ReplayAsync(string json)
    {
        var options = new WorkflowReplayerOptions { DataConverter = ConnectorDataConverter.Instance };
        var replayer = new WorkflowReplayer(options
            .AddWorkflow<ConnectorJobWorkflow>().AddWorkflow<ConnectorDeliveryWorkflow>().AddWorkflow<QueueDrainWorkflow>().AddWorkflow<OutputWatchWorkflow>());

        // The workflow id is part of what a run decides by, so it comes from the history too.
        var workflowId = (string)JsonNode.Parse(json)!["events"]![0]!["workflowExecutionStartedEventAttributes"]!["workflowId"]!;
        return replayer.ReplayWorkflowAsync(
            WorkflowHistory.FromJson(workflowId, json), throwOnReplayFailure: false, TestContext.Current.CancellationToken);
    }

    /// <summary>Replays what has just run. With RECORD_HISTORIES=&lt;version&gt; a run of the real server becomes that release's recorded history too.</summary>
    public static async Task ReplayFreshAsync(string name, WorkflowHandle handle, ITemporalServer server)
    {
        var json = Clean(await handle.FetchHistoryAsync());
        if (Environment.GetEnvironmentVariable("RECORD_HISTORIES") is { Length: > 0 } release && server is TemporalServerFixture)
        {
            await WriteAsync(release, name, json);
        }

        Assert.Null((await ReplayAsync(json)).ReplayFailure);
    }

    /// <summary>A history as JSON, without what tells of the machine it was made on.</summary>
    private static string Clean(WorkflowHistory history)
    {
        var json = JsonNode.Parse(history.ToJson())!;
        Clean(json);
        return json.ToJsonString(Indented) + "\n";
    }

    private static string FolderOf(string release) => Path.Combine(Folder, release);

    /// <summary>Writes a history beside the test's source.</summary>
    private static async Task WriteAsync(string release, string name, string json)
    {
        var folder = Directory.CreateDirectory(Path.Combine(SourceFolder(), "Histories", release));
        Assert.False(File.Exists(Path.Combine(folder.FullName, Sums)), $"The histories of {release} are closed. Record those of the next release.");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, name + ".json"), json);
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
