using PersonalizeConnectors.Activities.Storage.S3;

namespace PersonalizeConnectors.Activities.Tests.Storage.S3;

public sealed class PartBufferTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(5_000_001)]
    public void OpenRead_AfterManyAppends_GivesTheBytesFromAnywhere(int length)
    {
        var random = new Random(length);
        var bytes = new byte[length];
        random.NextBytes(bytes);
        using var part = new PartBuffer();
        for (var at = 0; at < length;)
        {
            var count = Math.Min(random.Next(1, 300_000), length - at);
            part.Append(bytes.AsSpan(at, count));
            at += count;
        }

        using var stream = part.OpenRead();
        Assert.Equal((length, length), (part.Length, stream.Length));
        foreach (var from in new[] { 0, length / 3, length, Math.Max(0, length - 1), 0 })
        {
            stream.Position = from;
            using var read = new MemoryStream();
            stream.CopyTo(read, 70_001);
            Assert.True(bytes.AsSpan(from).SequenceEqual(read.ToArray()));
        }
    }

    [Fact]
    public void NextPartBytes_TenThousandParts_HoldTheLargestObject()
    {
        var bytes = Enumerable.Range(0, 10_000).Sum(part => S3Upload.FirstPartBytes << (part / 1000));

        Assert.True(bytes > 5L << 40);
    }
}
