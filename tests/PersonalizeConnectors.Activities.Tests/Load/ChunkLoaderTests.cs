using System.Globalization;
using System.Text;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Load;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Tests.Fakes;
using PersonalizeConnectors.Activities.Tests.Records;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.Load;

public sealed class ChunkLoaderTests
{
    private const string Good = """{"input":{"userId":"u1"},"output":{"recommendedItems":["a","b"],"scores":[0.5,7E-5]},"error":null}""";
    private const string Empty = """{"input":{"userId":"u2"},"output":{"recommendedItems":[]},"error":null}""";
    private const string Error = """{"input":{"userId":"u3"},"output":{"recommendedItems":[]},"error":"User error: no"}""";
    private const string NoId = """{"error":"User error: no id"}""";
    private const string Malformed = """{"input":{"userId":"u4"}""";

    [Fact]
    public async Task RunAsync_AllKinds_StagesAndCounts()
    {
        var run = new ReadingRun().WithBatch("a.out", $"{Good}\n{Error}\n{Malformed}\n\n{Empty}\n{NoId}\n{Good.Replace("\"a\",", "", StringComparison.Ordinal)}");

        var result = await LoadAsync(run);

        Assert.Equal(new LineCounts(Read: 6, Results: 3, Errors: 2, Malformed: 1, Duplicates: 0, Empty: 1), result.Lines);
        Assert.Equal(["u1=a:0.5,b:7E-5", "u3!", "u2=", "u1=b:0.5"], await run.StagedAsync(0));
        var staged = await SectionedObject.OpenAsync(run.Store, run.Keys.Chunk(0), CancellationToken.None);
        Assert.Equal(["a", "b"], await ReadingRun.DictionaryAsync(staged, ChunkSections.Dictionary));
        var sample = Assert.Single(StepSamples.ParseMalformed(run.Store[run.Keys.Samples("load", 0)]));
        Assert.Equal(("batch/a.out", Good.Length + Error.Length + 2L), (sample.File, sample.Offset));
        Assert.StartsWith("not JSON", sample.Reason, StringComparison.Ordinal);
        Assert.Equal(run.Store[run.Keys.Chunk(0)].Length, result.Bytes.Out);
        Assert.Equal(run.Input["batch/a.out"].Length, result.Bytes.In);
    }

    [Fact]
    public async Task RunAsync_ScoresNotNeeded_AreNotStaged()
    {
        var run = new ReadingRun { NeedsScores = false }.WithBatch("a.out", Good);
        await LoadAsync(run);
        Assert.Equal(["u1=a,b"], await run.StagedAsync(0));
    }

    [Fact]
    public async Task RunAsync_Themes_AreStagedAsTheyStand()
    {
        var run = new ReadingRun { ItemKeyed = true }.WithBatch("a.out", """{"input":{"itemId":"i"},"output":{"recommendedItems":["1"],"theme":"A \"b\"."}}""");
        await LoadAsync(run);
        Assert.Equal(["i=1\"A \\\"b\\\".\""], await run.StagedAsync(0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunAsync_ErrorLines_GoToTheirSection(bool save)
    {
        var message = new string('x', 499) + "\u20AC" + new string('y', 100);
        var longError = $$"""{"input":{"userId":"u"},"error":"{{message}}"}""";
        var run = new ReadingRun { SaveErrors = save }.WithBatch("a.out", Good).WithBatch("b.out", $"{Good}\n{longError}\r\n");
        run.Chunks = [new([new(0, 0, Good.Length), new(1, 0, run.Input["batch/b.out"].Length)])];
        await LoadAsync(run);

        var staged = await SectionedObject.OpenAsync(run.Store, run.Keys.Chunk(0), CancellationToken.None);
        using var bytes = new ByteWriter();
        await staged.ReadAsync(ChunkSections.Errors, bytes, CancellationToken.None);
        var reader = new ByteReader(bytes.Written);
        var error = ErrorLine.Read(ref reader);
        Assert.Equal((1, Good.Length + 1L), (error.File, error.Offset));
        Assert.Equal(new string('x', 499), Encoding.UTF8.GetString(error.Message));
        Assert.Equal(save ? longError : "", Encoding.UTF8.GetString(error.Line));
        Assert.True(reader.AtEnd);
    }

    [Fact]
    public async Task RunAsync_PositionsAndOrder_FollowPiecesAndLines()
    {
        var run = new ReadingRun().WithBatch("a.out", Lines(0, 50)).WithBatch("b.out.gz", ReadingRun.Gzip(Encoding.UTF8.GetBytes(Lines(50, 100))));
        run.Chunks = [new([new(1, 0, run.Input["batch/b.out.gz"].Length), new(0, 0, run.Input["batch/a.out"].Length)])];
        var result = await LoadAsync(run);
        Assert.Equal(100, result.Lines.Results);
        var expected = Enumerable.Range(50, 50).Concat(Enumerable.Range(0, 50)).Select(i => $"u{i}=i{i % 7}");
        Assert.Equal(expected, await run.StagedAsync(0));
    }

    [Fact]
    public async Task RunAsync_SmallBuffers_WriteBlocksAndLoseNothing()
    {
        var run = new ReadingRun().WithBatch("a.out.gz", ReadingRun.Gzip(Encoding.UTF8.GetBytes(Lines(0, 2000))));
        await LoadAsync(run, bufferLimit: 1000);
        Assert.Equal(Enumerable.Range(0, 2000).Select(i => $"u{i}=i{i % 7}"), await run.StagedAsync(0));
        var staged = await SectionedObject.OpenAsync(run.Store, run.Keys.Chunk(0), CancellationToken.None);
        Assert.True(staged.Index.Of(ChunkSections.Shard(0)).Count() > 10);
    }

    [Fact]
    public async Task RunAsync_AnyCutIntoChunks_StagesEveryLineOnce()
    {
        var random = new Random(5);
        var generator = new RandomBatchLine(random);
        for (var round = 0; round < 40; round++)
        {
            var run = new ReadingRun { SaveErrors = true };
            var contents = new List<byte[]>();
            var expected = new LineCounts();
            for (var file = 0; file < 3; file++)
            {
                using var content = new MemoryStream();
                for (var line = random.Next(6); line > 0; line--)
                {
                    var next = generator.Next().Where(b => b is not (byte)'\n').ToArray();
                    expected += Count(next);
                    content.Write([.. next, .. random.Next(2) == 0 ? "\n"u8 : "\r\n"u8]);
                }

                contents.Add(content.ToArray());
                run.WithBatch($"{file}.out", contents[^1]);
            }

            run.Chunks = Cut(contents, random);
            var found = new LineCounts();
            var staged = new List<string>();
            for (var chunk = 0; chunk < run.Chunks.Count; chunk++)
            {
                found += (await LoadAsync(run, chunk)).Lines;
                staged.AddRange(await run.StagedAsync(chunk));
            }

            Assert.Equal(expected, found with { Empty = expected.Empty });
            run.Chunks = null;
            var whole = new List<string>();
            for (var chunk = 0; chunk < contents.Count; chunk++)
            {
                await LoadAsync(run, chunk);
                whole.AddRange(await run.StagedAsync(chunk));
            }

            Assert.Equal(whole, staged);
        }
    }

    [Fact]
    public async Task RunAsync_ManyMalformedLines_KeepABoundedSample()
    {
        var run = new ReadingRun().WithBatch("a.out", string.Join('\n', Enumerable.Repeat("nonsense", 100)));
        Assert.Equal(new LineCounts(Read: 100, Malformed: 100), (await LoadAsync(run)).Lines);
        Assert.Equal(MalformedSample.MaxPerChunk, StepSamples.ParseMalformed(run.Store[run.Keys.Samples("load", 0)]).Count);
    }

    [Fact]
    public async Task RunAsync_LineBeyondTheLimit_IsMalformedWithItsPosition()
    {
        var run = new ReadingRun().WithBatch("a.out", $"{Empty}\n{new string('x', 5000)}\n{Empty}\n");
        var result = await LoadAsync(run, maxLine: 100);
        Assert.Equal(new LineCounts(Read: 3, Results: 2, Malformed: 1, Empty: 2), result.Lines);
        var sample = Assert.Single(StepSamples.ParseMalformed(run.Store[run.Keys.Samples("load", 0)]));
        Assert.Equal((Empty.Length + 1L, "a line of more than 100 bytes"), (sample.Offset, sample.Reason));
    }

    [Fact]
    public async Task RunAsync_Twice_WritesTheSameBytes()
    {
        var run = new ReadingRun { SaveErrors = true }.WithBatch("a.out", Lines(0, 100) + Error);
        await LoadAsync(run);
        var first = run.Store[run.Keys.Chunk(0)];
        await LoadAsync(run);
        Assert.Equal(first, run.Store[run.Keys.Chunk(0)]);
    }

    [Fact]
    public async Task RunAsync_FileChangedSincePlan_Fails()
    {
        var run = new ReadingRun().WithBatch("a.out", Good);
        var opened = await run.OpenAsync();
        run.Input.Put("batch/a.out", Error);
        await Assert.ThrowsAsync<ObjectChangedException>(() => new ChunkLoader(opened, 0, StepContext.None).RunAsync());
        Assert.DoesNotContain(run.Keys.Chunk(0), run.Store.Keys);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(100)]
    public async Task RunAsync_GzipCutShort_FailsByName(int missing)
    {
        var zipped = ReadingRun.Gzip(Encoding.UTF8.GetBytes(Lines(0, 500)));
        var run = new ReadingRun().WithBatch("a.out.gz", zipped[..^missing]);
        var failure = await Assert.ThrowsAsync<ConnectorException>(() => LoadAsync(run));
        Assert.Equal(FailureTypes.InvalidConfiguration, failure.Type);
        Assert.Contains("batch/a.out.gz", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_Canceled_StopsAndLeavesNothing()
    {
        using var canceled = new CancellationTokenSource();
        var run = new ReadingRun().WithBatch("a.out", Lines(0, 50_000));
        var context = new StepContext(_ => canceled.Cancel(), canceled.Token);
        var opened = await run.OpenAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new ChunkLoader(opened, 0, context).RunAsync());
        Assert.DoesNotContain(run.Keys.Chunk(0), run.Store.Keys);
    }

    [Fact]
    public async Task RunAsync_SeveralMegabytes_ReportsBytesOfAll()
    {
        var positions = new List<StepPosition>();
        var run = new ReadingRun().WithBatch("a.out", Lines(0, 60_000));
        await new ChunkLoader(await run.OpenAsync(), 0, new StepContext(positions.Add, CancellationToken.None)).RunAsync();
        Assert.NotEmpty(positions);
        Assert.All(positions, position => Assert.InRange(position.Done, 1, position.Total));
        Assert.Equal(run.Input["batch/a.out"].Length, positions[0].Total);
    }

    private static async Task<LoadResult> LoadAsync(
        ReadingRun run, int chunk = 0, long bufferLimit = ChunkLoader.BufferLimit, int maxLine = LineReader.DefaultMaxLine) =>
        await new ChunkLoader(await run.OpenAsync(), chunk, StepContext.None, bufferLimit, maxLine).RunAsync();

    private static string Lines(int first, int end)
    {
        var text = new StringBuilder();
        for (var i = first; i < end; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{{\"input\":{{\"userId\":\"u{i}\"}},\"output\":{{\"recommendedItems\":[\"i{i % 7}\"]}},\"error\":null}}\n");
        }

        return text.ToString();
    }

    private static LineCounts Count(byte[] line)
    {
        if (line.All(b => b is (byte)' ' or (byte)'\t' or (byte)'\r'))
        {
            return new();
        }

        var text = SlowBatchLine.Describe(line[^1] == '\r' ? line[..^1] : line, itemKeyed: false);
        return new(Read: 1, Results: text[0] == 'r' ? 1 : 0, Errors: text[0] == 'e' ? 1 : 0, Malformed: text[0] == 'm' ? 1 : 0);
    }

    private static List<PlannedChunk> Cut(List<byte[]> contents, Random random)
    {
        var chunks = new List<PlannedChunk>();
        var pieces = new List<PlannedPiece>();
        for (var file = 0; file < contents.Count; file++)
        {
            var cuts = Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(contents[file].Length + 1)).Append(0).Append(contents[file].Length).Distinct().Order().ToArray();
            for (var piece = 0; piece + 1 < cuts.Length; piece++)
            {
                pieces.Add(new(file, cuts[piece], cuts[piece + 1]));
                if (random.Next(2) == 0)
                {
                    chunks.Add(new([.. pieces]));
                    pieces.Clear();
                }
            }
        }

        chunks.Add(new(pieces));
        return chunks;
    }
}
