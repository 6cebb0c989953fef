namespace PersonalizeConnectors.Benchmarks.Data;

/// <summary>Item metadata of ten fields and the id; the texty catalog has a longer name and a description of free text instead of two short fields.</summary>
internal static class CatalogFile
{
    private static readonly string[] Brands = Words("brand", 400);
    private static readonly string[] Categories = Words("category", 60);
    private static readonly string[] Colors = ["black", "white", "navy", "sand", "forest", "burgundy", "slate", "coral"];
    private static readonly string[] FewWords = Words("", 400);
    private static readonly string[] ManyWords = Words("", 4000);

    public static long Write(string path, JobSize size)
    {
        using var file = new LineFile(path);
        for (long item = 0; item < size.Items; item++)
        {
            var random = new Random(unchecked((int)BenchmarkIds.Mix(size.Seed ^ ((ulong)item << 1))));
            file.Write("{\"id\":\""u8);
            BenchmarkIds.WriteItem(file.Space(BenchmarkIds.Length), size.Seed, item);
            file.Advance(BenchmarkIds.Length);
            Text(file, "\",\"name\":\"", random, size.IsTexty ? ManyWords : FewWords, size.IsTexty ? 9 : 3);
            file.Write("\",\"brand\":\"");
            file.Write(Brands[random.Next(Brands.Length)]);
            file.Write("\",\"category\":\"");
            file.Write(Categories[random.Next(Categories.Length)]);
            file.Write("\",\"price\":");
            file.Write(random.Next(100, 50_000) / 100.0, "0.00");
            file.Write(",\"rating\":");
            file.Write(random.Next(10, 51) / 10.0, "0.0");
            file.Write(",\"reviews\":");
            file.Write(random.Next(5000));
            file.Write(random.Next(5) > 0 ? ",\"inStock\":true"u8 : ",\"inStock\":false"u8);
            file.Write(",\"url\":\"https://shop.example.com/p/"u8);
            file.Write(item);
            if (size.IsTexty)
            {
                Text(file, "\",\"description\":\"", random, ManyWords, random.Next(30, 60));
                Text(file, "\",\"tagline\":\"", random, ManyWords, 7);
            }
            else
            {
                file.Write("\",\"image\":\"https://images.example.com/"u8);
                file.Write(item);
                file.Write(".jpg\",\"color\":\""u8);
                file.Write(Colors[random.Next(Colors.Length)]);
            }

            file.Write("\"}"u8);
            file.EndLine();
        }

        file.Dispose();
        return file.Bytes;
    }

    private static void Text(LineFile file, string start, Random random, string[] words, int count)
    {
        file.Write(start);
        for (var i = 0; i < count; i++)
        {
            file.Write(i == 0 ? ""u8 : " "u8);
            file.Write(words[random.Next(words.Length)]);
        }
    }

    // Pronounceable, so that they compress like words.
    private static string[] Words(string prefix, int count)
    {
        const string Consonants = "bcdfghklmnprstvw";
        const string Vowels = "aeiou";
        var random = new Random(count);
        var words = new string[count];
        for (var i = 0; i < count; i++)
        {
            var syllables = random.Next(1, 4);
            words[i] = prefix.Length > 0 ? prefix + "-" : "";
            for (var s = 0; s <= syllables; s++)
            {
                words[i] += $"{Consonants[random.Next(Consonants.Length)]}{Vowels[random.Next(Vowels.Length)]}";
            }
        }

        return words;
    }
}
