using System.Globalization;
using System.Text.Json.Nodes;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Starter.Demo;

/// <summary>The sample shop in a folder of its own, and the little that changes there between two nights.</summary>
internal sealed class DemoShop
{
    /// <summary>The user whose profile is shown.</summary>
    public const string User = "lf-amy-10000";

    private const string JobFolder = "etl_jobs/related_items/because_you_bought";
    private const string BatchOutput = "batch/larkfell/similar-items/batch_similar-items_2026_11_23_02_00_00/job_config.json.out";
    private const string Catalog = JobFolder + "/input/item_metadata/catalog_1.json";
    private const string Mapping = JobFolder + "/input/user_item_mapping/web.csv";

    private const decimal PriceFall = 0.8m;

    private DemoShop(string folder) => Folder = folder;

    public string Folder { get; }

    public string JobPath => In(JobFolder);

    /// <param name="folder">New or empty; null: a fresh one among the system's temporary folders.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="ConnectorException"><c>InvalidInput</c>: the folder holds something.</exception>
    public static DemoShop At(string? folder)
    {
        var target = folder is null ? Directory.CreateTempSubdirectory("personalize-connectors-demo-").FullName : Path.GetFullPath(folder);
        if (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
        {
            throw new ConnectorException(
                FailureTypes.InvalidInput, $"{target} is not empty. Name a new folder: nothing that is there shall be overwritten.", transient: false);
        }

        return new(target);
    }

    /// <summary>Copies the sample shop.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void Fill()
    {
        var samples = Path.Combine(AppContext.BaseDirectory, "samples");
        foreach (var file in Directory.EnumerateFiles(samples, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(Folder, Path.GetRelativePath(samples, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>A night later: another price, a user less, a new list for one item.</summary>
    /// <param name="recommended">The items that the user has at Braze, best first; the price of one of them changes.</param>
    /// <returns>What was done, a sentence each.</returns>
    public IReadOnlyList<string> Change(IReadOnlyList<string> recommended) => [ChangePrice(recommended), RemoveUser(), ChangeList(recommended)];

    private string ChangePrice(IReadOnlyList<string> recommended)
    {
        var lines = File.ReadAllLines(In(Catalog));
        var items = lines.Select(line => JsonNode.Parse(line)!).ToList();
        var index = recommended.Select(id => items.FindIndex(item => (string?)item["id"] == id && item["price"] is not null)).First(i => i >= 0);
        var before = items[index]["price"]!.ToJsonString();
        var after = (decimal.Parse(before, CultureInfo.InvariantCulture) * PriceFall).ToString("0.00", CultureInfo.InvariantCulture);
        lines[index] = lines[index].Replace($"\"price\":{before}", $"\"price\":{after}", StringComparison.Ordinal);
        File.WriteAllLines(In(Catalog), lines);
        return $"{items[index]["name"]} falls in price, from {before} to {after}";
    }

    // The last of the file, so that the first users stay for the curious.
    private string RemoveUser()
    {
        var lines = File.ReadAllLines(In(Mapping));
        var leaver = UserOf(lines[^1]);
        File.WriteAllLines(In(Mapping), lines.Where(line => UserOf(line) != leaver));
        return $"user {leaver} leaves";
    }

    // Of an item whose list the user does not have, so that the profile shows the price alone.
    private string ChangeList(IReadOnlyList<string> recommended)
    {
        var lines = File.ReadAllLines(In(BatchOutput));
        for (var i = 0; i < lines.Length; i++)
        {
            var line = JsonNode.Parse(lines[i])!;
            if (line["output"]?["recommendedItems"] is JsonArray { Count: > 1 } list && !list.Any(item => recommended.Contains((string?)item)))
            {
                line["output"]!["recommendedItems"] = new JsonArray([.. list.Reverse().Select(item => item!.DeepClone())]);
                lines[i] = line.ToJsonString();
                File.WriteAllLines(In(BatchOutput), lines);
                return $"buyers of {line["input"]!["itemId"]} get a new list";
            }
        }

        throw new InvalidOperationException($"Every list of {BatchOutput} shares an item with {User}'s.");
    }

    private static string UserOf(string row) => row.Split(',')[0];

    private string In(string path) => Path.Combine(Folder, path);
}
