using DuckDB.NET.Data;

namespace PersonalizeConnectors.Benchmarks.Pipeline;

/// <summary>
/// The same records by DuckDB, with all cores and half of the machine's memory: items as JSON text, unnest, join, list, one gzip file. No state, no delta.
/// </summary>
internal static class DuckDbRun
{
    public const int OutOfMemory = 3;

    public static int Run(string batchFile, string catalogFile, string target)
    {
        Directory.CreateDirectory(target);
        var part = Path.Join(target, "part-00000.json.gz");
        var fields = FieldsOf(catalogFile);
        try
        {
            using var connection = new DuckDBConnection("DataSource=:memory:");
            connection.Open();
            Execute(connection, $"SET memory_limit = '{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2 / 1_000_000}MB'");
            Execute(connection, $"SET temp_directory = '{Quote(target)}/spill'");
            Execute(connection, "SET preserve_insertion_order = false");
            // Each item as JSON text, once: lists of plain structs take 12 GB at 200,000 users.
            Execute(
                connection,
                $$"""
                CREATE TABLE items AS
                SELECT id, to_json(struct_pack({{string.Join(", ", fields.Select(f => $"\"{f}\" := \"{f}\""))}}, "itemId" := id)) AS item
                FROM read_json('{{Quote(catalogFile)}}', format = 'newline_delimited')
                """);
            Execute(
                connection,
                $$"""
                COPY (
                  SELECT userId AS queryUserId, list(item ORDER BY rank) AS recommendations, {'name': 'benchmark'} AS jobInfo
                  FROM (
                    SELECT input.userId AS userId, unnest(output.recommendedItems) AS itemId,
                      generate_subscripts(output.recommendedItems, 1) AS rank
                    FROM read_json('{{Quote(batchFile)}}', format = 'newline_delimited',
                      columns = {input: 'STRUCT(userId VARCHAR)', output: 'STRUCT(recommendedItems VARCHAR[])'}))
                  JOIN items ON items.id = itemId
                  GROUP BY userId
                ) TO '{{Quote(part)}}' (FORMAT json, COMPRESSION gzip)
                """);
            return 0;
        }
        catch (DuckDBException e) when (e.Message.Contains("Out of Memory", StringComparison.OrdinalIgnoreCase))
        {
            Console.Error.WriteLine(e.Message);
            return OutOfMemory;
        }
    }

    private static void Execute(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static List<string> FieldsOf(string catalogFile)
    {
        using var item = System.Text.Json.JsonDocument.Parse(File.ReadLines(catalogFile).First());
        return [.. item.RootElement.EnumerateObject().Select(f => f.Name).Where(f => f != "id")];
    }

    private static string Quote(string path) => path.Replace("'", "''", StringComparison.Ordinal);
}
