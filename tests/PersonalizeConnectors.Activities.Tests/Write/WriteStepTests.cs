using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using PersonalizeConnectors.Activities.Tests.Updates;
using PersonalizeConnectors.Activities.Write;
using PersonalizeConnectors.Core.Staging;

namespace PersonalizeConnectors.Activities.Tests.Write;

public sealed class WriteStepTests : IDisposable
{
    private const string JobInfo = "\"jobInfo\":{\"name\":\"shop\",\"runDateTime\":\"2026-11-23T02:00:00Z\"}";

    private readonly TestRun _run = new();
    private readonly TestRun _itemKeyed = new() { ItemKeyed = true };

    public void Dispose()
    {
        _run.Dispose();
        _itemKeyed.Dispose();
    }

    [Fact]
    public async Task Run_UserKeyed_WritesTheSamplesRecord()
    {
        await _run.AddMetadataAsync("a.json", """{"id":"a","name":"Tent","price":90.990}""" + "\n" + """{"id":"b","name":"Rope"}""");
        await _run.AddChunkAsync(new TestLine("u\"1", ["a", "b"]));
        Assert.Equal(
            ["{\"queryUserId\":\"u\\\"1\",\"recommendations\":[{\"name\":\"Tent\",\"price\":90.990,\"itemId\":\"a\"},{\"name\":\"Rope\",\"itemId\":\"b\"}]," + JobInfo + "}"],
            await LinesAsync(_run));
    }

    [Fact]
    public async Task Run_ItemKeyed_WritesARecordAQueryItemInMappingOrder()
    {
        await _itemKeyed.WriteTableAsync(
            new TestLine("q1", ["a", "b"]), new TestLine("q2", ["a"], Theme: "\"Warm \\u0026 dry\""), new TestLine("q3", []), TestLine.Error("q4"));
        await _itemKeyed.AddMappingAsync(("u", "q2"), ("u", "q3"), ("u", "q4"), ("u", "q1"), ("u", "q2"));
        Assert.Equal(
            [
                "{\"queryItemId\":\"q2\",\"userId\":\"u\",\"recommendations\":[{\"itemId\":\"a\"}],\"theme\":\"Warm \\u0026 dry\"," + JobInfo + "}",
                "{\"queryItemId\":\"q1\",\"userId\":\"u\",\"recommendations\":[{\"itemId\":\"a\"},{\"itemId\":\"b\"}]," + JobInfo + "}",
            ],
            await LinesAsync(_itemKeyed));
    }

    [Fact]
    public async Task Run_ThemeAndScores_StandInUserKeyedRecords()
    {
        _run.Settings = _run.Settings with { IncludeScores = true };
        await _run.AddChunkAsync(new TestLine("u", ["a", "b"], ["0.10", ""], "\"T\""));
        Assert.Equal(
            ["{\"queryUserId\":\"u\",\"recommendations\":[{\"itemId\":\"a\",\"score\":0.10},{\"itemId\":\"b\"}],\"theme\":\"T\"," + JobInfo + "}"],
            await LinesAsync(_run));
    }

    [Fact]
    public async Task Run_Filters_ApplyToEachRecord()
    {
        _itemKeyed.Settings = _itemKeyed.Settings with { MinScore = 0.3, MaxRecommendations = 2, IncludeScores = true };
        await _itemKeyed.AddMetadataAsync("a.json", string.Join('\n', "abcde".Select(c => $$"""{"id":"{{c}}"}""")));
        await _itemKeyed.WriteTableAsync(
            new TestLine("q1", ["a", "a", "x", "b", "c", "d"], ["0.9", "0.8", "0.7", "0.1", "0.5", "0.4"]),
            new TestLine("q2", ["x", "b"], ["0.9", "0.1"]),
            new TestLine("q3", ["a"], ["0.9"]));
        await _itemKeyed.AddMappingAsync(("u", "q1"), ("u", "q2"), ("u", "q3"));
        Assert.Equal(["q1: a 0.9, c 0.5", "q3: a 0.9"], (await LinesAsync(_itemKeyed)).Select(Describe));

        static string Describe(string line)
        {
            using var record = JsonDocument.Parse(line);
            var list = record.RootElement.GetProperty("recommendations").EnumerateArray()
                .Select(r => $"{r.GetProperty("itemId").GetString()} {r.GetProperty("score").GetRawText()}");
            return $"{record.RootElement.GetProperty("queryItemId").GetString()}: {string.Join(", ", list)}";
        }
    }

    [Theory]
    [InlineData(false, false, "")]
    [InlineData(true, false, ",\"syncDirectives\":{\"attributePrefix\":\"r_\"}")]
    [InlineData(false, true, ",\"syncDirectives\":{\"otherAttributes\":{\"x\":\"1\",\"y\":{\"z\":[1.0,2]}}}")]
    [InlineData(true, true, ",\"syncDirectives\":{\"attributePrefix\":\"r_\",\"otherAttributes\":{\"x\":\"1\",\"y\":{\"z\":[1.0,2]}}}")]
    public async Task Run_Directives_StandWhereSet(bool prefix, bool others, string expected)
    {
        _run.Settings = _run.Settings with
        {
            AttributePrefix = "r_",
            AttributePrefixIsSet = prefix,
            OtherAttributes = others ? [new("x", "\"1\""), new("y", "{ \"z\": [1.0,\n 2] }")] : [],
        };
        await _run.AddChunkAsync(new TestLine("u", ["a"]));
        Assert.EndsWith(JobInfo + expected + "}", Assert.Single(await LinesAsync(_run)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OnlySetUpdates_HaveRecords()
    {
        await _run.AddChunkAsync(new TestLine("same", ["a"]), new TestLine("back", ["a"]));
        await _run.DeltaAsync();
        foreach (var update in await _run.UpdatesAsync())
        {
            _run.State.Set(update.User, update.Fingerprint, isGone: update.User == "back");
        }

        _run.State.Set("absent", default);
        await _run.DeltaAsync();
        var result = await _run.WriteAsync();
        Assert.Equal(0, result.Records);
        Assert.Empty(PartList.Parse(_run.Store[_run.Keys.PartList(TestRun.Connector, 0)]).Parts);
        Assert.DoesNotContain(_run.Store.Keys, k => k.Contains("/output/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_ManyUsers_CutsMembersThatReadAlone()
    {
        await _run.AddChunkAsync([.. Enumerable.Range(0, 2345).Select(i => new TestLine($"u{i}", ["a", "b"]))]);
        await _run.DeltaAsync();
        var result = await _run.WriteAsync();
        Assert.Equal(2345, result.Records);
        var part = Assert.Single(PartList.Parse(_run.Store[_run.Keys.PartList(TestRun.Connector, 0)]).Parts);
        var content = _run.Store[part.Key];
        Assert.Equal(content.Length, part.Size);
        Assert.Equal([1000, 1000, 345], part.Members.Select(m => m.Users));
        Assert.Equal([1000L, 1000, 345], part.Members.Select(m => m.Records));
        var ends = part.Members.Skip(1).Select(m => m.Offset).Append(part.Size);
        var lines = part.Members.Zip(ends).SelectMany(m => Lines(content[(int)m.First.Offset..(int)m.Second])).ToList();
        Assert.Equal(Lines(content), lines);
        Assert.Equal((await _run.UpdatesAsync()).Select(u => u.User), lines.Select(UserOf));

        // No time and no name in the header: the same records give the same bytes at any time.
        Assert.All(part.Members, m => Assert.Equal([0x1F, 0x8B, 8, 0, 0, 0, 0, 0], content[(int)m.Offset..((int)m.Offset + 8)]));
    }

    [Fact]
    public async Task Run_Shards_NumberTheirPartsApart()
    {
        using var run = new TestRun { ShardBits = 2 };
        await run.AddChunkAsync([.. Enumerable.Range(0, 100).Select(i => new TestLine($"u{i}", ["a"]))]);
        var users = new List<string>();
        for (var shard = 0; shard < 4; shard++)
        {
            await run.DeltaAsync(shard);
            await run.WriteAsync(shard);
            var part = Assert.Single(PartList.Parse(run.Store[run.Keys.PartList(TestRun.Connector, shard)]).Parts);
            Assert.Equal(run.Keys.OutputPart(TestRun.Connector, shard), part.Key);
            users.AddRange(Lines(run.Store[part.Key]).Select(UserOf));
        }

        Assert.Equal(100, users.Distinct().Count());
    }

    [Fact]
    public async Task Run_Twice_LeavesTheSameBytes()
    {
        await _run.AddChunkAsync([.. Enumerable.Range(0, 1500).Select(i => new TestLine($"u{i}", ["a", "b"]))]);
        var first = await LinesAsync(_run);
        var part = _run.Keys.OutputPart(TestRun.Connector, 0);
        var bytes = _run.Store[part];
        var list = _run.Store[_run.Keys.PartList(TestRun.Connector, 0)];
        Assert.Equal(first, await LinesAsync(_run));
        Assert.Equal(bytes, _run.Store[part]);
        Assert.Equal(list, _run.Store[_run.Keys.PartList(TestRun.Connector, 0)]);
    }

    [Fact]
    public async Task PartWriter_LongParts_RollAtTheLimitBetweenUsers()
    {
        var random = new Random(3);
        var noise = new byte[100_000];
        const int PartSize = 6_000_000;
        await using var parts = new PartWriter(_run.Store, n => $"part-{n}", PartSize);
        for (var user = 0; user < 80; user++)
        {
            for (var record = 0; record < 2; record++)
            {
                // Bytes that do not compress fill a part soon.
                random.NextBytes(noise);
                parts.Target.WriteRaw(noise);
                parts.Target.WriteRaw(Encoding.ASCII.GetBytes($"user {user}\n"));
                parts.Recorded();
            }

            await parts.EndUserAsync(CancellationToken.None);
        }

        await parts.CompleteAsync(CancellationToken.None);
        var list = parts.Parts.Parts;
        Assert.Equal(["part-0", "part-1", "part-2"], list.Select(p => p.Key));
        Assert.All(list.SkipLast(1), p => Assert.InRange(p.Size, PartSize, PartSize + (4 * noise.Length)));
        Assert.Equal(80, list.Sum(p => p.Members.Sum(m => m.Users)));
        Assert.Equal(160, list.Sum(p => p.Members.Sum(m => m.Records)));
        Assert.Equal(160, parts.Records);
        Assert.All(list, p => Assert.Equal(_run.Store[p.Key].Length, p.Size));
        Assert.Equal(
            (160L * noise.Length) + (2 * Enumerable.Range(0, 80).Sum(user => $"user {user}\n".Length)),
            list.Sum(p => (long)Unpack(_run.Store[p.Key]).Length));
    }

    [Fact]
    public async Task Run_Output_IsReadByZcat()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/zcat") || File.Exists("/bin/zcat"), "zcat is not installed: install gzip.");
        await _run.AddChunkAsync([.. Enumerable.Range(0, 1500).Select(i => new TestLine($"u{i}", ["a"]))]);
        var lines = await LinesAsync(_run);
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, _run.Store[_run.Keys.OutputPart(TestRun.Connector, 0)], CancellationToken.None);
            var start = new ProcessStartInfo("zcat") { RedirectStandardOutput = true, RedirectStandardInput = true };
            start.ArgumentList.Add("-f");
            start.ArgumentList.Add(path);
            using var zcat = Process.Start(start)!;
            var output = await zcat.StandardOutput.ReadToEndAsync(CancellationToken.None);
            await zcat.WaitForExitAsync(CancellationToken.None);
            Assert.Equal(0, zcat.ExitCode);
            Assert.Equal(string.Join('\n', lines) + "\n", output);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<List<string>> LinesAsync(TestRun run)
    {
        await run.DeltaAsync();
        var result = await run.WriteAsync();
        var lines = PartList.Parse(run.Store[run.Keys.PartList(TestRun.Connector, 0)]).Parts.SelectMany(p => Lines(run.Store[p.Key])).ToList();
        Assert.Equal(result.Records, lines.Count);
        return lines;
    }

    private static string[] Lines(byte[] gzip)
    {
        var text = Encoding.UTF8.GetString(Unpack(gzip));
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        return text[..^1].Split('\n');
    }

    private static byte[] Unpack(byte[] gzip)
    {
        using var stream = new GZipStream(new MemoryStream(gzip), CompressionMode.Decompress);
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    private static string UserOf(string line)
    {
        using var record = JsonDocument.Parse(line);
        return record.RootElement.GetProperty("queryUserId").GetString()!;
    }
}
