using System.Text;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Tests.Records;

public sealed class LineReaderTests
{
    [Theory]
    [InlineData("a\nbc\n", "0:a|2:bc")]
    [InlineData("a\nbc", "0:a|2:bc")]
    [InlineData("a\r\nbc\r\n", "0:a|3:bc")]
    [InlineData("a\n\n \t\r\nbc\n\n", "0:a|7:bc")]
    [InlineData("\uFEFFa\n\uFEFFb\n", "0:a|5:\uFEFFb")]
    [InlineData("\uFEFF\na\n", "4:a")]
    [InlineData("a\rb\n", "0:a\rb")]
    [InlineData("", "")]
    [InlineData("\n", "")]
    [InlineData("  ", "")]
    public async Task TryRead_LineEnds_AreAsExpected(string text, string expected)
    {
        var content = Encoding.UTF8.GetBytes(text);
        for (var readSize = 1; readSize <= 4; readSize++)
        {
            Assert.Equal(expected, string.Join('|', await ReadAsync(content, 0, long.MaxValue, 100, readSize)));
        }
    }

    [Fact]
    public async Task TryRead_LineLongerThanAllowed_IsMarkedAndSkipped()
    {
        var content = Encoding.UTF8.GetBytes("12345\n123456\r\n12345\r\n" + new string('x', 10_000) + "\nab\n" + new string('y', 5000));
        foreach (var readSize in new[] { 1, 3, 64, 100_000 })
        {
            var lines = await ReadAsync(content, 0, long.MaxValue, 5, readSize);
            Assert.Equal(["0:12345", "6:(too long)", "14:12345", "21:(too long)", "10022:ab", "10025:(too long)"], lines);
        }
    }

    [Fact]
    public async Task TryRead_LineWithByteOrderMarkOfExactlyTheLimit_IsRead() =>
        Assert.Equal(["0:12345"], await ReadAsync(Encoding.UTF8.GetBytes("\uFEFF12345\r\n"), 0, long.MaxValue, 5, 1));

    [Fact]
    public async Task TryRead_AnyCuts_GiveEveryLineOnce()
    {
        var random = new Random(7);
        for (var round = 0; round < 300; round++)
        {
            var text = new StringBuilder(random.Next(3) == 0 ? "\uFEFF" : "");
            for (var line = random.Next(8); line >= 0; line--)
            {
                text.Append('a', random.Next(12)).Append(random.Next(6) == 0 ? "" : random.Next(2) == 0 ? "\n" : "\r\n");
            }

            var content = Encoding.UTF8.GetBytes(text.ToString());
            var whole = await ReadAsync(content, 0, long.MaxValue, 8, 1000);
            var cuts = Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(content.Length + 1)).Append(0).Append(content.Length).Distinct().Order().ToArray();
            var pieces = new List<string>();
            for (var piece = 0; piece + 1 < cuts.Length; piece++)
            {
                pieces.AddRange(await ReadAsync(content, cuts[piece], cuts[piece + 1], 8, random.Next(1, 20)));
            }

            Assert.Equal(whole, pieces);
        }
    }

    [Fact]
    public async Task FillAsync_PieceInsideALongLine_StopsAtItsEnd()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(new string('x', 100_000) + "\nab\n"));
        using var lines = new LineReader(stream, 0, 1000, inLine: true, bufferSize: 256);
        while (await lines.FillAsync(CancellationToken.None))
        {
            Assert.False(lines.TryRead(out _));
        }

        Assert.InRange(stream.Position, 1000, 2000);
    }

    // A piece begins one byte earlier, as its reader does it.
    private static async Task<List<string>> ReadAsync(byte[] content, int start, long end, int maxLine, int readSize)
    {
        var from = Math.Max(0, start - 1);
        using var stream = new SlowStream(content, from, readSize);
        using var lines = new LineReader(stream, from, end, start > 0, maxLine, bufferSize: 16);
        var found = new List<string>();
        while (await lines.FillAsync(CancellationToken.None))
        {
            while (lines.TryRead(out var line))
            {
                found.Add($"{lines.LineOffset}:{(lines.LineIsTooLong ? "(too long)" : Encoding.UTF8.GetString(line))}");
            }
        }

        return found;
    }

    private sealed class SlowStream(byte[] content, int from, int readSize) : MemoryStream(content, from, content.Length - from)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, readSize)], cancellationToken);
    }
}
