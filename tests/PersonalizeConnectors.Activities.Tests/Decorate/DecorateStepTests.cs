using System.IO.Compression;
using System.Text;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Tests.Updates;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Records;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.Decorate;

public sealed class DecorateStepTests : IDisposable
{
    private readonly TestRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Run_NoConfiguredFields_TakesAllInTheItemsOwnOrderButId()
    {
        await _run.AddMetadataAsync("a.json", """{"zeta":"Z","id":"i1","alpha":[1, 2],"price":90.990}""");
        Assert.Equal("\"zeta\":\"Z\",\"alpha\":[1, 2],\"price\":90.990,\"itemId\":\"i1\"", await FragmentAsync("i1"));
    }

    [Fact]
    public async Task Run_ConfiguredFields_ComeInConfiguredOrderAndAreTrimmed()
    {
        Configure(" price ", "name", "absent", "id");
        await _run.AddMetadataAsync("a.json", """{"name":"Tent","id":"i1","Name":"no","price":1,"more":2}""");
        Assert.Equal("\"price\":1,\"name\":\"Tent\",\"id\":\"i1\",\"itemId\":\"i1\"", await FragmentAsync("i1"));
    }

    [Theory]
    [InlineData("90.990")]
    [InlineData("-0.0")]
    [InlineData("1E+2")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("true")]
    [InlineData("\"a\\u00e9\\/\\n\\\"q\\\"\"")]
    [InlineData("{\"b\" : [1.0, null,\"\"],  \"a\":{}}")]
    [InlineData("[]")]
    public async Task Run_Value_StaysAsWritten(string json)
    {
        await _run.AddMetadataAsync("a.json", $$"""{"id":"i1","v": {{json}} ,"w":1}""");
        Assert.Equal($"\"v\":{json},\"w\":1,\"itemId\":\"i1\"", await FragmentAsync("i1"));
        Assert.Equal([("v", json), ("w", "1")], await ValuesAsync("i1"));
    }

    [Fact]
    public async Task Run_EmptyAndNull_CountAsMissing()
    {
        await _run.AddMetadataAsync("a.json", """{"id":"i1","a":"","b":null,"c":" ","d":0}""");
        Assert.Equal("\"c\":\" \",\"d\":0,\"itemId\":\"i1\"", await FragmentAsync("i1"));
    }

    [Fact]
    public async Task Run_FieldNamedAsWhatARecommendationSaysItself_IsLeftOut()
    {
        await _run.AddMetadataAsync("a.json", """{"id":"i1","itemId":"other","score":3,"queryItemId":"q"}""");
        Assert.Equal("\"score\":3,\"queryItemId\":\"q\",\"itemId\":\"i1\"", await FragmentAsync("i1"));

        _run.Settings = _run.Settings with { IncludeScores = true, IncludeQueryItems = true, ItemMetadataFields = ["itemId", "score", "queryItemId"] };
        Assert.Equal("\"itemId\":\"i1\"", await FragmentAsync("i1"));
    }

    [Fact]
    public async Task Run_EscapedKeysAndIds_AreTheTextTheyMean()
    {
        Configure("na\"me");
        await _run.AddMetadataAsync("a.json", "{\"\\u0069d\":\"i\\u0022\\u00e9\",\"na\\u0022me\":1}");
        Assert.Equal("\"na\\\"me\":1,\"itemId\":\"i\\\"é\"", await FragmentAsync("i\"é"));
    }

    [Fact]
    public async Task Run_KeyTwiceInAnItem_LastValueCounts()
    {
        await _run.AddMetadataAsync("a.json", """{"a":1,"id":"x","b":2,"a":3,"id":"i1"}""");
        Assert.Equal("\"a\":3,\"b\":2,\"itemId\":\"i1\"", await FragmentAsync("i1"));
    }

    [Fact]
    public async Task Run_BareNumberAsId_IsItsText()
    {
        await _run.AddMetadataAsync("a.json", """{"id":17,"a":1}""");
        Assert.Equal("\"a\":1,\"itemId\":\"17\"", await FragmentAsync("17"));
    }

    [Theory]
    [InlineData("brand", true)]
    [InlineData("recs_brand", false)]
    public async Task Run_FieldMakesAnAttributeThatOtherAttributesSet_IsRefused(string field, bool isRefused)
    {
        _run.Settings = _run.Settings with { AttributePrefix = "recs_", OtherAttributes = [new("recs_brand", "x")] };
        await _run.AddMetadataAsync("a.json", $$"""{"id":"i1","{{field}}":"Vaude"}""");
        if (!isRefused)
        {
            Assert.NotEmpty(await FragmentAsync("i1"));
            return;
        }

        var failure = await Assert.ThrowsAsync<ConnectorException>(() => FragmentAsync("i1"));

        Assert.Equal((FailureTypes.InvalidConfiguration, false), (failure.Type, failure.IsTransient));
        Assert.Contains("\"recs_brand\"", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(499, false)]
    [InlineData(501, true)]
    public async Task Run_MoreFieldsThanMayBe_AreRefusedByNameUnlessFieldsAreConfigured(int fields, bool isRefused)
    {
        await _run.AddMetadataAsync("a.json", $$"""{"id":"i1",{{string.Concat(Enumerable.Range(1, fields).Select(k => $"\"k{k}\":1,"))}}"name":"Tent"}""");
        if (isRefused)
        {
            var failure = await Assert.ThrowsAsync<ConnectorException>(() => FragmentAsync("i1"));
            Assert.Equal((FailureTypes.InvalidConfiguration, false), (failure.Type, failure.IsTransient));
            Assert.Contains("\"k501\"", failure.Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains("\"k499\":1,\"name\"", await FragmentAsync("i1"), StringComparison.Ordinal);
        }

        Configure("name");
        Assert.Equal("\"name\":\"Tent\",\"itemId\":\"i1\"", await FragmentAsync("i1"));
    }

    [Fact]
    public async Task Run_DuplicatesUnknownAndUnused_AreCounted()
    {
        await _run.AddMetadataAsync("a.json", "{\"id\":\"i1\",\"v\":1}\n{\"id\":\"unused\"}\n{\"id\":\"i1\",\"v\":2}\n");
        await _run.AddMetadataAsync("b.json", "{\"id\":\"unused\"}\n{\"id\":\"i1\",\"v\":3}\n");
        await _run.AddChunkAsync(new TestLine("u1", ["i1", "gone1"]), new TestLine("u2", ["gone2", "gone1"]));
        var result = await _run.DecorateAsync();
        Assert.Equal(new CatalogCounts(Items: 2, Malformed: 0, Duplicates: 3, UnknownItems: 2), result.Catalog);
        Assert.True(result.Bytes is { In: > 0, Out: > 0 });
        Assert.Equal("\"v\":3,\"itemId\":\"i1\"", await ReadAsync(c => Text(c.Item(IndexOf(c, "i1")).Fragment)));
        Assert.Equal(3, await ReadAsync(c => c.Count));
        Assert.True(await ReadAsync(c => c.IsKnown(IndexOf(c, "i1"))));
        Assert.False(await ReadAsync(c => c.IsKnown(IndexOf(c, "gone2"))));
        Assert.Equal("\"itemId\":\"gone2\"", await ReadAsync(c => Text(c.Item(IndexOf(c, "gone2")).Fragment)));
    }

    [Fact]
    public async Task Run_GzipMarkAndCarriageReturns_AreRead()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(Encoding.UTF8.GetBytes("\ufeff{\"id\":\"i1\",\"a\":1}\r\n\r\n{\"id\":\"i2\",\"a\":2}"), TestContext.Current.CancellationToken);
        }

        await _run.AddMetadataAsync("a.json.gz", packed.ToArray());
        await _run.AddChunkAsync(new TestLine("u1", ["i1", "i2"]));
        Assert.Equal(new CatalogCounts(Items: 2), (await _run.DecorateAsync()).Catalog);
        Assert.Equal("\"a\":2,\"itemId\":\"i2\"", await ReadAsync(c => Text(c.Item(IndexOf(c, "i2")).Fragment)));
    }

    [Fact]
    public async Task Run_BrokenGzip_IsRefusedByName()
    {
        await _run.AddMetadataAsync("a.json.gz", "no gzip"u8.ToArray());
        await _run.AddChunkAsync(new TestLine("u1", ["i1"]));
        var failure = await Assert.ThrowsAsync<ConnectorException>(_run.DecorateAsync);
        Assert.Contains("input/item_metadata/a.json.gz", failure.Message, StringComparison.Ordinal);
        Assert.False(failure.IsTransient);
    }

    [Fact]
    public async Task Run_MalformedLines_AreCountedAndSampledWithFileAndLine()
    {
        await _run.AddMetadataAsync("a.json", [
            .. "{\"id\":\"i1\"}\n\n[1]\n{\"a\":1}\n{\"id\":null}\n{\"id\":\"\"}\n{\"id\":\"x\"} 2\n{\"id\":\"x\",}\n{\"id\":\"\\ud800\"}\n\""u8, 0xFF, .. "\"\n"u8]);
        await _run.AddChunkAsync(new TestLine("u1", ["i1"]));
        Assert.Equal(new CatalogCounts(Items: 1, Malformed: 8), (await _run.DecorateAsync()).Catalog);
        var samples = StepSamples.ParseMalformed(_run.Store[_run.Keys.Samples("decorate-braze", 0)]);
        Assert.Equal([3, 4, 5, 6, 7, 8, 9, 10], samples.Select(s => s.Line ?? 0));
        Assert.All(samples, s => Assert.EndsWith("input/item_metadata/a.json", s.File, StringComparison.Ordinal));
        Assert.All(samples, s => Assert.NotEmpty(s.Reason));
    }

    [Fact]
    public async Task Run_HalfASurrogatePairAnywhere_LeavesTheLineOut()
    {
        await _run.AddMetadataAsync("a.json", """
            {"id":"i1","a key\ud800 that goes on":1}
            {"id":"i2","v":["\ud800"]}
            {"id":"i3","v":"\ud83d\ude00"}
            """);
        await _run.AddChunkAsync(new TestLine("u1", ["i3"]));
        Assert.Equal(new CatalogCounts(Items: 1, Malformed: 2), (await _run.DecorateAsync()).Catalog);
    }

    [Fact]
    public async Task Run_ManyMalformedLines_AreSampledUpToABound()
    {
        await _run.AddMetadataAsync("a.json", string.Concat(Enumerable.Repeat("oops\n", 50_000)));
        await _run.AddChunkAsync(new TestLine("u1", ["i1"]));
        Assert.Equal(50_000, (await _run.DecorateAsync()).Catalog!.Malformed);
        Assert.Equal(MalformedSample.MaxPerChunk, StepSamples.ParseMalformed(_run.Store[_run.Keys.Samples("decorate-braze", 0)]).Count);
    }

    [Fact]
    public async Task Run_UnknownItemsFail_RefusesAndNamesAFew()
    {
        _run.Settings = _run.Settings with { UnknownItems = UnknownItems.Fail };
        await _run.AddMetadataAsync("a.json", """{"id":"i1"}""");
        await _run.AddChunkAsync(new TestLine("u1", ["i1", "x1", "x2", "x3", "x4"]));
        var failure = await Assert.ThrowsAsync<ConnectorException>(_run.DecorateAsync);
        Assert.Equal(FailureTypes.UnknownItems, failure.Type);
        Assert.False(failure.IsTransient);
        Assert.Contains("4 recommended items", failure.Message, StringComparison.Ordinal);
        Assert.Contains("\"x3\", …", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NoMetadata_KnowsEveryItemByItsIdAlone()
    {
        _run.Settings = _run.Settings with { UnknownItems = UnknownItems.Fail };
        await _run.AddChunkAsync(new TestLine("u1", ["i1"]));
        Assert.Null((await _run.DecorateAsync()).Catalog);
        Assert.True(await ReadAsync(c => c.IsKnown(0)));
        Assert.Equal("\"itemId\":\"i1\"", await ReadAsync(c => Text(c.Item(0).Fragment)));
    }

    [Fact]
    public async Task Run_ManyItemsInSeveralChunks_ResolvesEveryCodeInIdOrder()
    {
        var random = new Random(5);
        var ids = Enumerable.Range(0, 30_000).Select(i => $"item-{i:x}-{new string('p', random.Next(30))}").ToArray();
        await _run.AddMetadataAsync("a.json", string.Join('\n', ids.Where((_, i) => i % 3 > 0).Select((id, i) => $$"""{"id":"{{id}}","n":{{i}}}""")));
        var chunks = Enumerable.Range(0, 3).Select(_ => random.GetItems(ids, 20_000)).ToArray();
        foreach (var chunk in chunks)
        {
            await _run.AddChunkAsync(new TestLine("u", chunk));
        }

        var counts = (await _run.DecorateAsync()).Catalog!;
        var used = chunks.SelectMany(c => c).Distinct().ToArray();
        Assert.Equal(20_000, counts.Items);
        var without = ids.Where((_, i) => i % 3 == 0).ToHashSet();
        Assert.Equal(used.Count(without.Contains), counts.UnknownItems);
        await ReadAsync(catalog =>
        {
            Assert.Equal(used.Length, catalog.Count);
            for (var i = 0; i < chunks.Length; i++)
            {
                var codes = chunks[i].Distinct().ToArray();
                Assert.Equal(codes, codes.Select((_, code) => Text(catalog.Item(catalog.Resolve(i, code)).Id)));
            }

            for (var i = 1; i < catalog.Count; i++)
            {
                Assert.True(IdHash.Of(catalog.Item(i - 1).Id) < IdHash.Of(catalog.Item(i).Id));
                Assert.Equal(Fingerprint.Of(catalog.Item(i).Fragment), catalog.HashOf(i));
            }

            return 0;
        });
    }

    [Fact]
    public async Task Run_Twice_LeavesTheSameBytes()
    {
        await _run.AddMetadataAsync("a.json", "{\"id\":\"i1\",\"v\":1}\n{\"id\":\"i2\",\"w\":2}\n");
        await _run.AddChunkAsync(new TestLine("u1", ["i2", "i1", "i3"]));
        await _run.DecorateAsync();
        var first = _run.Store[_run.Keys.Catalog(TestRun.Connector)];
        await _run.DecorateAsync();
        Assert.Equal(first, _run.Store[_run.Keys.Catalog(TestRun.Connector)]);
    }

    [Fact]
    public async Task Run_ItemKeyed_ReadsTheTablesDictionary()
    {
        using var run = new TestRun { ItemKeyed = true };
        await run.AddMetadataAsync("a.json", """{"id":"i1","v":1}""");
        await run.WriteTableAsync(new TestLine("q1", ["i1", "i2"]));
        Assert.Equal(new CatalogCounts(Items: 1, UnknownItems: 1), (await run.DecorateAsync()).Catalog);
    }

    private void Configure(params string[] fields) => _run.Settings = _run.Settings with { ItemMetadataFields = fields };

    private async Task<string> FragmentAsync(string id)
    {
        await _run.AddChunkAsync(new TestLine("u1", [id]));
        await _run.DecorateAsync();
        return await ReadAsync(c => Text(c.Item(IndexOf(c, id)).Fragment));
    }

    private Task<List<(string Field, string Json)>> ValuesAsync(string id) => ReadAsync(catalog =>
    {
        var values = new List<(string, string)>();
        var item = catalog.Item(IndexOf(catalog, id));
        while (item.TryReadValue(out var field, out var json))
        {
            values.Add((catalog.Fields[field], Text(json)));
        }

        return values;
    });

    private async Task<T> ReadAsync<T>(Func<Catalog, T> read)
    {
        using var lease = await _run.Scratch.MapAsync(_run.Store, _run.Keys.Catalog(TestRun.Connector), TestRun.RunId, CancellationToken.None);
        return read(new Catalog(lease.File));
    }

    private static int IndexOf(Catalog catalog, string id) => Enumerable.Range(0, catalog.Count).Single(i => Text(catalog.Item(i).Id) == id);

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
