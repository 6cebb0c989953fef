using System.Globalization;
using System.Text;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Join;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Tests.Fakes;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.Join;

public sealed class MappingJoinerTests : IDisposable
{
    private readonly FakeScratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("USER_ID,ITEM_ID\nu1,a\nu2,b\n", "u1>a u2>b")]
    [InlineData("item_id,x, User_Id \na,1,u1\r\nb,2,u2", "u1>a u2>b")]
    [InlineData("\uFEFFUSER_ID,ITEM_ID\nu1,a\n", "u1>a")]
    [InlineData("\n\nUSER_ID,ITEM_ID\n\nu1,a\n   \n\nu1,a\n", "u1>a u1>a")]
    [InlineData("USER_ID,ITEM_ID\nu1,nobody\n", "u1>?")]
    [InlineData("USER_ID,ITEM_ID,NOTE\n\"u,1\",\"a\",\"two\nlines\"\n\"u\"\"2\",b,5\" screen\n", "u,1>a u\"2>b")]
    [InlineData("\"USER_ID\",\"ITEM_ID\"\n u1 ,a\n", " u1 >a")]
    [InlineData("USER_ID,ITEM_ID\n\u00EB\U0001F600,a\n", "\u00EB\U0001F600>a")]
    [InlineData("USER_ID,ITEM_ID\n", "")]
    public async Task RunAsync_WellFormedRows_AreResolved(string csv, string expected)
    {
        var run = await RunAsync(csv);
        var result = await JoinAsync(run);
        Assert.Equal(expected, string.Join(' ', await JoinedAsync(run)));
        Assert.Equal(0, result.Malformed);
        Assert.Equal(expected.Length == 0 ? 0 : expected.Count(c => c == '>'), result.Rows);
        Assert.Empty(StepSamples.ParseMalformed(run.Store[run.Keys.Samples("join", 0)]));
    }

    [Theory]
    [InlineData("u1\nu2,a\n", 2, 2, "1 fields")]
    [InlineData(",a\nu2,a\n", 2, 2, "USER_ID: an empty id")]
    [InlineData("u1,\nu2,a\n", 2, 2, "ITEM_ID: an empty id")]
    [InlineData("\n\nu1,\"\"\nu2,a\n", 2, 4, "ITEM_ID: an empty id")]
    [InlineData("\"u\"1,a\nu2,a\n", 2, 2, "quotes")]
    [InlineData("u\"1,a\nu2,a\n", 2, 2, "quotes")]
    [InlineData("\"u1,a\nu2,a\n", 2, 2, "quotes")]
    [InlineData("\n\"u1,a\n\nu2,a\n", 2, 3, "quotes")]
    [InlineData("\"u1,a\n\"u1,a\nu2,a\n", 3, 2, "quotes")]
    [InlineData("u1,\"a\nu2,a", 2, 2, "quotes")]
    [InlineData("u1,a,\"x\nu2,a\n", 2, 2, "quotes")]
    [InlineData("u2,a\nu1,\"a\"\"", 2, 3, "quotes")]
    public async Task RunAsync_MalformedRow_CostsThatRowAlone(string rows, long expectedRows, long line, string reason)
    {
        var run = await RunAsync("USER_ID,ITEM_ID\n" + rows);
        var result = await JoinAsync(run);
        Assert.Equal((expectedRows, expectedRows - 1), (result.Rows, result.Malformed));
        Assert.Equal(["u2>a"], await JoinedAsync(run));
        var sample = StepSamples.ParseMalformed(run.Store[run.Keys.Samples("join", 0)])[0];
        Assert.Equal(("etl_jobs/related_items/shop/input/user_item_mapping/m.csv", line), (sample.File, sample.Line));
        Assert.Contains(reason, sample.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(256, 1)]
    [InlineData(257, 0)]
    public async Task RunAsync_IdLength_IsLimited(int length, int accepted)
    {
        var run = await RunAsync($"USER_ID,ITEM_ID\n{new string('\u20AC', length)},a\n");
        Assert.Equal(1 - accepted, (await JoinAsync(run)).Malformed);
        Assert.Equal(accepted, (await JoinedAsync(run)).Count);
    }

    [Fact]
    public async Task RunAsync_InvalidUtf8_IsMalformed()
    {
        var run = await RunAsync([.. "USER_ID,ITEM_ID\nu"u8, 0xFF, .. ",a\nu2,a\n"u8]);
        Assert.Equal((2, 1), ((await JoinAsync(run)).Rows, (await JoinAsync(run)).Malformed));
        Assert.Equal("USER_ID: not valid UTF-8", StepSamples.ParseMalformed(run.Store[run.Keys.Samples("join", 0)])[0].Reason);
    }

    [Fact]
    public async Task RunAsync_QuoteThatNeverClosesInALongFile_CostsOneRow()
    {
        var rows = string.Concat(Enumerable.Range(0, 60_000).Select(i => i == 100 ? "\"stray,a\n" : $"u{i},a\n"));
        var run = await RunAsync("USER_ID,ITEM_ID\n" + rows);
        var result = await JoinAsync(run);
        Assert.Equal((60_000, 1), (result.Rows, result.Malformed));
        Assert.Equal(102, StepSamples.ParseMalformed(run.Store[run.Keys.Samples("join", 0)])[0].Line);
        Assert.Equal(59_999, (await JoinedAsync(run)).Count);
    }

    [Theory]
    [InlineData("", "an empty file")]
    [InlineData("u1,a\nu2,b\n", "the header u1,a")]
    [InlineData("USER_ID,NAME\n", "the header USER_ID,NAME")]
    [InlineData("USER_ID;ITEM_ID\n", "the header USER_ID;ITEM_ID")]
    [InlineData("USER_ID,ITEM_ID,user_id\n", "the header USER_ID,ITEM_ID,user_id")]
    public async Task RunAsync_NoHeader_FailsByFile(string csv, string found)
    {
        var run = await RunAsync(csv);
        var failure = await Assert.ThrowsAsync<ConnectorException>(() => JoinAsync(run));
        Assert.Equal((FailureTypes.InvalidConfiguration, false), (failure.Type, failure.IsTransient));
        Assert.Contains("m.csv", failure.Message, StringComparison.Ordinal);
        Assert.Contains(found, failure.Message, StringComparison.Ordinal);
        Assert.Contains("USER_ID and ITEM_ID", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_Utf16_FailsWithTheCure()
    {
        var run = await RunAsync([.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes("USER_ID,ITEM_ID\nu,a\n")]);
        var failure = await Assert.ThrowsAsync<ConnectorException>(() => JoinAsync(run));
        Assert.Contains("found a file in UTF-16; expected a file in UTF-8", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_Items_AreMarkedAsSeen()
    {
        var run = await RunAsync("USER_ID,ITEM_ID\nu1,c\nu2,nobody\nu3,c\n");
        await JoinAsync(run);
        var joined = await SectionedObject.OpenAsync(run.Store, run.Keys.MappingChunk(0), CancellationToken.None);
        using var seen = new ByteWriter();
        await joined.ReadAsync(MappingSections.SeenItems, seen, CancellationToken.None);
        using var mapped = await _scratch.MapAsync(run.Store, run.Keys.Table, run.Keys.RunId, CancellationToken.None);
        var table = new ItemTable(mapped.File);
        for (var item = 0; item < table.Count; item++)
        {
            Assert.Equal(table.Line(item).QueryId.SequenceEqual("c"u8), (seen.Written[item >> 3] >> (item & 7) & 1) == 1);
        }
    }

    [Fact]
    public async Task RunAsync_GzipAndSmallBuffers_LoseNothing()
    {
        var csv = "USER_ID,ITEM_ID\n" + string.Concat(Enumerable.Range(0, 3000).Select(i => $"u{i},{(char)('a' + (i % 5))}\n"));
        var run = await RunAsync(ReadingRun.Gzip(Encoding.UTF8.GetBytes(csv)), "m.csv.gz");
        var result = await new MappingJoiner(await run.OpenAsync(), 0, _scratch, StepContext.None, bufferLimit: 1000).RunAsync();
        Assert.Equal((3000, 0), (result.Rows, result.Malformed));
        Assert.Equal(Enumerable.Range(0, 3000).Select(i => $"u{i}>{"abc??"[i % 5]}"), await JoinedAsync(run));
    }

    [Fact]
    public async Task RunAsync_GzipCutShort_FailsByName()
    {
        var run = await RunAsync(ReadingRun.Gzip("USER_ID,ITEM_ID\nu1,a\n"u8)[..^3], "m.csv.gz");
        var failure = await Assert.ThrowsAsync<ConnectorException>(() => JoinAsync(run));
        Assert.Contains("m.csv.gz", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task ReadAsync_RandomText_GivesTheRowsOfTheSlowPath(int seed)
    {
        var random = new Random(seed);
        string[] tokens = ["u1", "a", ",", ",", "\n", "\n", "\r\n", "\"", "\"", "\"\"", " ", "\"x\"", "\"q,\nr\"", "\u00E9", "#", "'", ";", new string('i', 257)];
        for (var round = 0; round < 20_000; round++)
        {
            var text = new StringBuilder("USER_ID,ITEM_ID,NOTE\n");
            for (var token = random.Next(25); token > 0; token--)
            {
                text.Append(random.Next(4) == 0 ? "u1,a\n" : tokens[random.Next(tokens.Length)]);
            }

            using var source = new MemoryStream(Encoding.UTF8.GetBytes(text.ToString()));
            using var rows = new MappingRows(source);
            Assert.Empty((await rows.ReadHeaderAsync()).Problems);
            var found = new List<string>();
            while (await rows.ReadAsync())
            {
                found.Add(rows.Reason is null ? $"{rows.User}|{rows.Item}" : SlowMapping.Malformed);
            }

            Assert.True(SlowMapping.Rows(text.ToString()).SequenceEqual(found), $"{text}\n---\n{string.Join('\n', SlowMapping.Rows(text.ToString()))}\n---\n{string.Join('\n', found)}");
        }
    }

    [Fact]
    public async Task Dispose_RowsOfManyFiles_ShareOneBuffer()
    {
        const int Files = 20;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var file = 0; file < Files; file++)
        {
            using var rows = new MappingRows(new MemoryStream("USER_ID,ITEM_ID\nu,a\n"u8.ToArray()));
            Assert.Empty((await rows.ReadHeaderAsync()).Problems);
            Assert.True(await rows.ReadAsync());
        }

        // What can be read again is 4 MB a file.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000L * Files);
    }

    private static Task<ReadingRun> RunAsync(string csv) => RunAsync(Encoding.UTF8.GetBytes(csv));

    // A table of the items a, b and c.
    private static async Task<ReadingRun> RunAsync(byte[] csv, string name = "m.csv")
    {
        var run = new ReadingRun { ItemKeyed = true }.WithMapping(name, csv);
        await using var target = await SectionedWriter.CreateAsync(run.Store, run.Keys.Table, CancellationToken.None);
        using var entries = new ByteWriter();
        using var lines = new ByteWriter();
        foreach (var id in new[] { "a", "b", "c" }.Select(Encoding.UTF8.GetBytes).OrderBy(id => IdHash.Of(id)))
        {
            entries.WriteUInt64(IdHash.Of(id));
            entries.WriteUInt64((ulong)lines.Length);
            StagedLine.Write(lines, id, 0, isError: false, default, 0, hasScores: false, default);
        }

        await target.WriteAsync(ItemTable.EntriesSection, entries.WrittenMemory, 3, CancellationToken.None);
        await target.WriteAsync(ItemTable.LinesSection, lines.WrittenMemory, 3, CancellationToken.None);
        await target.CommitAsync(CancellationToken.None);
        return run;
    }

    private async Task<JoinResult> JoinAsync(ReadingRun run) =>
        await new MappingJoiner(await run.OpenAsync(), 0, _scratch, StepContext.None).RunAsync();

    private async Task<IReadOnlyList<string>> JoinedAsync(ReadingRun run)
    {
        using var mapped = await _scratch.MapAsync(run.Store, run.Keys.Table, run.Keys.RunId, CancellationToken.None);
        var table = new ItemTable(mapped.File);
        var joined = await SectionedObject.OpenAsync(run.Store, run.Keys.MappingChunk(0), CancellationToken.None);
        var rows = new SortedDictionary<long, string>();
        for (var shard = 0; shard < 1 << run.ShardBits; shard++)
        {
            using var bytes = new ByteWriter();
            await joined.ReadAsync(MappingSections.Shard(shard), bytes, CancellationToken.None);
            var reader = new ByteReader(bytes.Written);
            while (!reader.AtEnd)
            {
                var row = MappingRow.Read(ref reader);
                Assert.Equal(shard, IdHash.Shard(IdHash.Of(row.UserId), run.ShardBits));
                var item = row.Item == MappingRow.NoItem ? "?" : Encoding.UTF8.GetString(table.Line(row.Item).QueryId);
                rows.Add(row.Position, string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetString(row.UserId)}>{item}"));
            }
        }

        return [.. rows.Values];
    }
}
