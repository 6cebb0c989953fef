using System.Globalization;
using System.Text;

namespace PersonalizeConnectors.Integration.Tests.Harness;

/// <summary>A root in a temporary folder of the test's own, with one user-keyed job of plain data that the test can change.</summary>
internal sealed class TestRoot : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pc-root-");

    public string Path => _folder.FullName;

    public string JobPath => System.IO.Path.Combine(Path, "etl_jobs", "user_personalization", "picks");

    public static TestRoot Create(int users, int items = 50, string connectors = """{ "braze": { "attributeShape": "arrayOfObjects" } }""", string rest = "")
    {
        var root = new TestRoot();
        root.WriteConfig(connectors, rest);
        root.WriteBatch(users, items, _ => 0);
        root.WriteMetadata(items);
        return root;
    }

    public static string UserId(int number) => string.Create(CultureInfo.InvariantCulture, $"user-{number:D6}");

    public void WriteConfig(string connectors, string rest = "") => Write(
        "etl_jobs/user_personalization/picks/config.json",
        $$"""{ "batchInferencePath": "batch/picks/"{{(rest.Length == 0 ? "" : ", " + rest)}}, "connectors": {{connectors}} }""");

    /// <summary>Five recommendations a user; another version of a user gives another list.</summary>
    public void WriteBatch(int users, int items, Func<int, int> version)
    {
        var text = new StringBuilder();
        for (var user = 0; user < users; user++)
        {
            var first = (user + (version(user) * 7)) % items;
            text.Append(CultureInfo.InvariantCulture, $$"""{"input":{"userId":"{{UserId(user)}}"},"output":{"recommendedItems":[""");
            for (var rank = 0; rank < 5; rank++)
            {
                text.Append(CultureInfo.InvariantCulture, $"{(rank == 0 ? "" : ",")}\"item-{(first + rank) % items}\"");
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

        Write("etl_jobs/user_personalization/picks/input/item_metadata/items.json", text.ToString());
    }

    public void Write(string key, string content)
    {
        var path = System.IO.Path.Combine(Path, key);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
