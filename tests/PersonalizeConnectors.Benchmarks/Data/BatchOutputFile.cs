namespace PersonalizeConnectors.Benchmarks.Data;

/// <summary>
/// Batch output of a user-personalization recipe: compact lines, distinct items a user, falling scores. Every item is equally likely, which is
/// harder on caches than real lists, where few items are most of the recommendations.
/// </summary>
internal static class BatchOutputFile
{
    public static long Write(string path, JobSize size)
    {
        using var file = new LineFile(path);
        Span<long> items = stackalloc long[size.Recommendations];
        for (long user = 0; user < size.Users; user++)
        {
            Draw(items, size, user);
            file.Write("{\"input\":{\"userId\":\""u8);
            BenchmarkIds.WriteUser(file.Space(BenchmarkIds.Length), size.Seed, user);
            file.Advance(BenchmarkIds.Length);
            file.Write("\"},\"output\":{\"recommendedItems\":["u8);
            for (var i = 0; i < items.Length; i++)
            {
                file.Write(i == 0 ? "\""u8 : ",\""u8);
                BenchmarkIds.WriteItem(file.Space(BenchmarkIds.Length), size.Seed, items[i]);
                file.Advance(BenchmarkIds.Length);
                file.Write("\""u8);
            }

            file.Write("],\"scores\":["u8);
            var score = 0.05;
            for (var i = 0; i < items.Length; i++)
            {
                file.Write(i == 0 ? ""u8 : ","u8);
                file.Write(score, "0.0000000");
                score *= 0.8 + (BenchmarkIds.Mix((ulong)items[i]) % 1000 / 5001.0);
            }

            file.Write("]},\"error\":null}"u8);
            file.EndLine();
        }

        file.Dispose();
        return file.Bytes;
    }

    private static void Draw(Span<long> items, JobSize size, long user)
    {
        var state = BenchmarkIds.Mix(size.Seed ^ (ulong)user * 0xD6E8FEB86659FD93);
        for (var i = 0; i < items.Length; i++)
        {
            do
            {
                state = BenchmarkIds.Mix(state);
                items[i] = (long)(state % (ulong)size.Items);
            }
            while (items[..i].Contains(items[i]));
        }
    }
}
