using System.Text;
using PersonalizeConnectors.Activities.Validate;

namespace PersonalizeConnectors.Activities.Tests.Validate;

public sealed class LineReaderTests
{
    [Fact]
    public async Task ReadAsync_AnyText_GivesItsLines()
    {
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            var lines = Enumerable.Range(0, random.Next(8)).Select(_ => new string('x', random.Next(4) == 0 ? random.Next(200_000) : random.Next(5))).ToList();
            var text = string.Concat(lines.Select(line => line + (random.Next(2) == 0 ? "\n" : "\r\n"))) + "end";

            Assert.Equal([.. lines, "end"], (await ReadAsync("\uFEFF" + text)).Select(l => l.Text));
        }
    }

    [Fact]
    public async Task ReadAsync_LineBeyondTheLimit_IsSkippedAndNumbered()
    {
        var lines = await ReadAsync($"a\n{new string('x', 300_000)}\nb\n{new string('y', 300_000)}", longestLine: 100_000);

        Assert.Equal([(1, "a", false), (2, "", true), (3, "b", false), (4, "", true)], lines.Select(l => ((int)l.Number, l.IsTooLong ? "" : l.Text, l.IsTooLong)));
    }

    [Fact]
    public async Task ReadAsync_Nothing_HasNoLine() => Assert.Empty(await ReadAsync(""));

    private static async Task<List<(long Number, string Text, bool IsTooLong)>> ReadAsync(string text, int longestLine = LineReader.LongestLine)
    {
        using var reader = new LineReader(new MemoryStream(Encoding.UTF8.GetBytes(text)), longestLine);
        var lines = new List<(long, string, bool)>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            lines.Add((reader.Number, Encoding.UTF8.GetString(reader.Line.Span), reader.IsTooLong));
        }

        return lines;
    }
}
