namespace PersonalizeConnectors.Integration.Tests.Reference;

/// <summary>User-item rows in CSV, with odd headers, further columns, quotes and bad rows.</summary>
internal static class RandomMapping
{
    public static void Write(Random random, RandomFiles files, string folder, string[] users, string[] items)
    {
        string[] columns = [Case(random, "USER_ID"), Case(random, "ITEM_ID"), .. random.Next(3) == 0 ? ["STORE"] : Array.Empty<string>()];
        int[] order = [.. Enumerable.Range(0, columns.Length)];
        random.Shuffle(order);

        var rows = new List<string>();
        foreach (var user in users.Where((_, i) => i == 0 || random.Next(10) > 0))
        {
            for (var i = random.Next(1, 5); i > 0; i--)
            {
                rows.Add(Row(random, order, user, items[random.Next(items.Length)]));
            }
        }

        foreach (var repeated in rows.Where(_ => random.Next(12) == 0).ToArray())
        {
            rows.Add(repeated);
        }

        for (var bad = random.Next(3); bad > 0; bad--)
        {
            rows.Insert(random.Next(rows.Count + 1), random.Next(2) == 0 ? Row(random, order, "", items[0]) : Row(random, order, users[0], ""));
        }

        files.WriteLines(folder, "map", ".csv", rows, mayZip: true, header: string.Join(',', order.Select(i => columns[i])));
    }

    private static string Row(Random random, int[] order, string user, string item)
    {
        string[] values = [user, item, "Old Mill, \"ground\"\nfloor"];
        return string.Join(',', order.Select(i => Field(random, values[i])));
    }

    private static string Field(Random random, string value) =>
        value.AsSpan().IndexOfAny("\",\r\n") >= 0 || (value.Length > 0 && random.Next(10) == 0)
            ? "\"" + value.Replace("\"", "\"\"", StringComparison.Ordinal) + "\""
            : value;

    private static string Case(Random random, string name) => random.Next(4) == 0 ? name.ToLowerInvariant() : name;
}
