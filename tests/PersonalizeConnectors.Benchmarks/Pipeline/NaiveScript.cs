using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace PersonalizeConnectors.Benchmarks.Pipeline;

/// <summary>
/// What one would write first in C#: the catalog as parsed documents in a dictionary, the batch output line by line, records built as text, one
/// gzip stream at level 1. One thread; no state, no delta, nothing durable: less work than the program does.
/// </summary>
internal static class NaiveScript
{
    public static int Run(string batchFile, string catalogFile, string target)
    {
        var catalog = new Dictionary<string, JsonElement>();
        foreach (var line in File.ReadLines(catalogFile))
        {
            using var item = JsonDocument.Parse(line);
            catalog[item.RootElement.GetProperty("id").GetString()!] = item.RootElement.Clone();
        }

        Directory.CreateDirectory(target);
        using var file = File.Create(Path.Join(target, "part-00000.json.gz"));
        using var gzip = new GZipStream(file, CompressionLevel.Fastest);
        using var writer = new StreamWriter(gzip);
        var startedAt = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        foreach (var line in File.ReadLines(batchFile))
        {
            using var result = JsonDocument.Parse(line);
            var record = new StringBuilder();
            record.Append("{\"queryUserId\":").Append(result.RootElement.GetProperty("input").GetProperty("userId").GetRawText());
            record.Append(",\"recommendations\":[");
            var first = true;
            foreach (var recommended in result.RootElement.GetProperty("output").GetProperty("recommendedItems").EnumerateArray())
            {
                if (catalog.TryGetValue(recommended.GetString()!, out var item))
                {
                    record.Append(first ? "{" : ",{");
                    Append(record, item);
                    record.Append("\"itemId\":").Append(recommended.GetRawText()).Append('}');
                    first = false;
                }
            }

            record.Append("],\"jobInfo\":{\"name\":\"benchmark\",\"runDateTime\":\"").Append(startedAt).Append("\"}}");
            writer.Write(record.Append('\n').ToString());
        }

        return 0;
    }

    private static void Append(StringBuilder record, JsonElement item)
    {
        foreach (var field in item.EnumerateObject().Where(f => f.Name != "id"))
        {
            record.Append('"').Append(field.Name).Append("\":").Append(field.Value.GetRawText()).Append(',');
        }
    }
}
