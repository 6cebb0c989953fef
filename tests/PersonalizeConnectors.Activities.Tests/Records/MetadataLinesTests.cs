using System.Text;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Tests.Records;

public sealed class MetadataLinesTests
{
    [Fact]
    public async Task TryRead_AnyFile_GivesItsItemsWithTheirLineNumbers()
    {
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            var lines = Enumerable.Range(0, random.Next(8)).Select(_ => Any(random)).Append((Text: """{"id":"end"}""", Id: "end")).ToList();
            var text = "\uFEFF" + string.Join("", lines.Select(line => line.Text + (line.Id == "end" ? "" : random.Next(2) == 0 ? "\n" : "\r\n")));
            var expected = lines.Select((line, i) => (i + 1L, line.Id, line.Text.Length)).Where(line => line.Length > 0).Select(line => (line.Item1, line.Id));

            Assert.Equal(expected, (await ReadAsync(text)).Select(line => (line.Number, line.Problem is null ? line.Id : "none")));
        }
    }

    [Fact]
    public async Task TryRead_LineBeyondTheLimit_IsAProblemWithItsNumber()
    {
        var lines = await ReadAsync($"{{\"id\":1}}\n{new string('x', 300_000)}\n\n{{\"id\":2}}\n{new string('y', 300_000)}", maxLine: 100_000);

        Assert.Equal([1, 2, 4, 5], lines.Select(line => line.Number));
        Assert.Equal([null, "more than 100000 bytes", null, "more than 100000 bytes"], lines.Select(line => line.Problem));
    }

    [Fact]
    public async Task TryRead_Nothing_HasNoLine() => Assert.Empty(await ReadAsync(""));

    private static (string Text, string Id) Any(Random random)
    {
        var id = random.Next(3) == 0 ? new string('x', random.Next(1, 600_000)) : $"{random.Next(100)}";
        return random.Next(4) switch
        {
            0 => ("", "none"),
            1 => ("oops", "none"),
            2 => ($$"""{"id":"{{id}}"}""", id),
            _ => ("""{"id":7}""", "7"),
        };
    }

    private static async Task<List<(long Number, string Id, string? Problem)>> ReadAsync(string text, int maxLine = LineReader.DefaultMaxLine)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        using var reader = new MetadataLines(stream, maxLine);
        var lines = new List<(long, string, string?)>();
        while (await reader.FillAsync(TestContext.Current.CancellationToken))
        {
            while (reader.TryRead(out _, out var problem))
            {
                lines.Add((reader.Number, Encoding.UTF8.GetString(reader.Item.Id), problem));
            }
        }

        return lines;
    }
}
