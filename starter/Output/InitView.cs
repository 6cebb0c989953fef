using System.Text;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Starter.Jobs;

namespace PersonalizeConnectors.Starter.Output;

/// <summary>What <c>init</c> wrote, and what to do next.</summary>
internal static class InitView
{
    public static string Of(JobPlace place, IReadOnlyList<string> created, string currentFolder)
    {
        var job = Path.GetRelativePath(currentFolder, place.Folder);
        job = job.StartsWith("..", StringComparison.Ordinal) ? place.Folder : job;
        var text = new StringBuilder().AppendLine($"A {place.JobType} job in {job}:");
        foreach (var name in created)
        {
            text.AppendLine($"  {name,-36} {Purpose(name)}".TrimEnd());
        }

        string[] steps =
        [
            $"Replace {JobScaffold.Placeholder} in config.json: the folder of the batch output, below {place.Root}",
            JobTypes.IsItemKeyed(place.JobType) ? "Fill input/user_item_mapping/, and input/item_metadata/ if you like" : "Fill input/item_metadata/ if you like",
            $"Check:    personalize-connectors validate {Quoted(job)}",
            $"Dry run:  personalize-connectors plan {Quoted(job)}",
            $"Run:      personalize-connectors run {Quoted(job)}",
        ];
        text.AppendLine().AppendLine("Next:");
        for (var i = 0; i < steps.Length; i++)
        {
            text.AppendLine($"  {i + 1}. {steps[i]}");
        }

        return text.ToString().TrimEnd();
    }

    private static string Purpose(string name) => name switch
    {
        "config.json" => "what to send, and how; every key in docs/configuration.md",
        JobScaffold.SchemaName => "what editors complete and check it with",
        "input/item_metadata/" => "*.json or *.jsonl, one item a line, with the key \"id\"",
        _ => "which users an item's recommendations are for",
    };

    private static string Quoted(string path) => path.Contains(' ', StringComparison.Ordinal) ? $"\"{path}\"" : path;
}
