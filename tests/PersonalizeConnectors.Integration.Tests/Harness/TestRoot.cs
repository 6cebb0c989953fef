using System.Globalization;
using System.Text;

namespace PersonalizeConnectors.Integration.Tests.Harness;

/// <summary>A root in a temporary folder of the test's own, with one job of plain data that the test can change; user-keyed unless it says otherwise.</summary>
internal sealed class TestRoot : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pc-root-");

    public string Path => _folder.FullName;

    public string JobPath => System.IO.Path.Combine(Path, "etl_jobs", JobType, "picks");

    /// <summary>The job's key below a root.</summary>
    public string Job => $"etl_jobs/{JobType}/picks";

    private string JobType { get; init; } = "user_personalization";

    public static TestRoot Create(int users, int items = 50, string connectors = """{ "braze": { "attributeShape": "arrayOfObjects" } }""", string rest = "")
    {
        var root = new TestRoot();
        root.WriteConfig(connectors, rest);
        root.WriteBatch(users, items, _ => 0);
        root.WriteMetadata(items);
        return root;
    }

    /// <summary>A job keyed by item, whose mapping gives every user one item.</summary>
    public static TestRoot CreateItemKeyed(int users, int items)
    {
        var root = new TestRoot { JobType = "related_items" };
        root.WriteConfig("""{ "braze": { "attributeShape": "arrayOfObjects" } }""");
        root.WriteLines(items, "itemId", item => $"item-{item}", items, item => item + 1);
        root.WriteMapping(users, items);
        root.WriteMetadata(items);
        return root;
    }

    public static string UserId(int number) => string.Create(CultureInfo.InvariantCulture, $"user-{number:D6}");

    public void WriteConfig(string connectors, string rest = "") => Write(
        $"etl_jobs/{JobType}/picks/config.json",
        $$"""{ "batchInferencePath": "batch/picks/"{{(rest.Length == 0 ? "" : ", " + rest)}}, "connectors": {{connectors}} }""");

    /// <summary>Five recommendations a user; another version of a user gives another list.</summary>
    public void WriteBatch(int users, int items, Func<int, int> version) =>
        WriteLines(users, "userId", UserId, items, user => user + (version(user) * 7));

    public void WriteMapping(int users, int items) => WriteJob(
        "input/user_item_mapping/users.csv",
        "USER_ID,ITEM_ID\n" + string.Concat(Enumerable.Range(0, users).Select(user => $"{UserId(user)},item-{user % items}\n")));

    private void WriteLines(int count, string key, Func<int, string> id, int items, Func<int, int> firstOf)
    {
        var text = new StringBuilder();
        for (var line = 0; line < count; line++)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""{"input":{"{{key}}":"{{id(line)}}"},"output":{"recommendedItems":[""");
            for (var rank = 0; rank < 5; rank++)
            {
                text.Append(CultureInfo.InvariantCulture, $"{(rank == 0 ? "" : ",")}\"item-{(firstOf(line) + rank) % items}\"");
            }

            text.Append("]},\"error\":null}\n");
        }

        Write("batch/picks/job_config.json.out", text.ToString());
    }

    public void WriteMetadata(int items, Func<int, string>? price = null)
    {
        var text = new StringBuilder();
        for (var item = 0; item < items; item++)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""{"id":"item-{{item}}","name":"Item {{item}}","price":{{price?.Invoke(item) ?? "9.90"}}}""").Append('\n');
        }

        Write($"etl_jobs/{JobType}/picks/input/item_metadata/items.json", text.ToString());
    }

    public void Write(string key, string content)
    {
        var path = System.IO.Path.Combine(Path, key);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    /// <summary>A file of the job, relative to its folder.</summary>
    public void WriteJob(string key, string content) => Write($"etl_jobs/{JobType}/picks/{key}", content);

    public void Dispose() => _folder.Delete(recursive: true);
}
