using System.Text;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Load;
using PersonalizeConnectors.Activities.Storage;
using PersonalizeConnectors.Activities.Table;
using PersonalizeConnectors.Activities.Tests.Fakes;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.Table;

public sealed class TableBuilderTests
{
    [Fact]
    public async Task RunAsync_SeveralChunks_LastLineOfAQueryItemStands()
    {
        var run = new ReadingRun { ItemKeyed = true }
            .WithBatch("a.out", Result("x", "1:0.5", "2") + Result("y", "1") + Result("x", "3"))
            .WithBatch("b.out", Result("y", "9", "2:7E-5") + Error("z"));
        var (result, table) = await BuildAsync(run);
        Assert.Equal((3, 2), (result.Items, result.Duplicates));
        Assert.Equal(["x=3", "y=9,2:7E-5", "z!"], table);
    }

    [Fact]
    public async Task RunAsync_ErrorsAndResultsOfOneItem_OnlyReplacedResultsAreDuplicates()
    {
        var run = new ReadingRun { ItemKeyed = true }.WithBatch("a.out", Error("x") + Result("x", "1") + Error("x") + Error("y") + Result("y", "2"));
        var (result, table) = await BuildAsync(run);
        Assert.Equal((2, 1), (result.Items, result.Duplicates));
        Assert.Equal(["x!", "y=2"], table);
    }

    [Fact]
    public async Task RunAsync_NoLines_MakesAnEmptyTable()
    {
        var (result, table) = await BuildAsync(new ReadingRun { ItemKeyed = true }.WithBatch("a.out", "nonsense"));
        Assert.Equal((0, 0), (result.Items, result.Duplicates));
        Assert.Empty(table);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(3, 2)]
    [InlineData(5, 3)]
    public async Task RunAsync_RandomLines_IsADictionary(int shardBits, int seed)
    {
        var random = new Random(seed);
        var run = new ReadingRun { ItemKeyed = true, ShardBits = shardBits };
        var expected = new Dictionary<string, string>();
        long duplicates = 0;
        for (var file = 0; file < 4; file++)
        {
            var text = new StringBuilder();
            for (var line = 0; line < 500; line++)
            {
                var query = $"q{random.Next(700)}";
                duplicates += expected.TryGetValue(query, out var replaced) && !replaced.EndsWith('!') ? 1 : 0;
                if (random.Next(10) == 0)
                {
                    text.Append(Error(query));
                    expected[query] = query + "!";
                    continue;
                }

                var items = Enumerable.Range(0, random.Next(4)).Select(_ => $"i{random.Next(300)}" + (random.Next(2) == 0 ? ":0.25" : "")).ToArray();
                text.Append(Result(query, items));
                expected[query] = $"{query}={string.Join(',', items)}";
            }

            run.WithBatch($"{file}.out", text.ToString());
        }

        var (result, table) = await BuildAsync(run);
        Assert.Equal((expected.Count, duplicates), (result.Items, result.Duplicates));
        Assert.Equal(expected.Values.Order(StringComparer.Ordinal), table);
    }

    private static string Result(string item, params string[] recommendations)
    {
        var pairs = recommendations.Select(text => text.Split(':')).ToList();
        var items = string.Join(',', pairs.Select(pair => $"\"{pair[0]}\""));
        var scores = string.Join(',', pairs.Select(pair => pair.Length > 1 ? pair[1] : "null"));
        return $$$"""{"input":{"itemId":"{{{item}}}"},"output":{"recommendedItems":[{{{items}}}],"scores":[{{{scores}}}]}}""" + "\n";
    }

    private static string Error(string item) => $$"""{"input":{"itemId":"{{item}}"},"error":"no"}""" + "\n";

    // Every line of the table in the order of its text, each found by its id.
    private static async Task<(TableResult Result, IReadOnlyList<string> Table)> BuildAsync(ReadingRun run)
    {
        using var scratch = new FakeScratch();
        var opened = await run.OpenAsync();
        for (var chunk = 0; chunk < opened.Plan.Chunks.Count; chunk++)
        {
            await new ChunkLoader(opened, chunk, StepContext.None).RunAsync();
        }

        TableResult result;
        await using (var builder = new TableBuilder(opened, scratch, StepContext.None))
        {
            result = await builder.RunAsync();
        }

        Assert.Equal(run.Store[run.Keys.Table].Length, result.Bytes.Out);
        var staged = await SectionedObject.OpenAsync(run.Store, run.Keys.Table, CancellationToken.None);
        var dictionary = await ReadingRun.DictionaryAsync(staged, ItemTable.DictionarySection);
        Assert.Equal(dictionary.Count, dictionary.Distinct().Count());
        using var mapped = await scratch.MapAsync(run.Store, run.Keys.Table, run.Keys.RunId, CancellationToken.None);
        var table = new ItemTable(mapped.File);
        var lines = new List<string>();
        for (var item = 0; item < table.Count; item++)
        {
            var line = table.Line(item);
            Assert.Equal(item, table.Find(line.QueryId));
            lines.Add(ReadingRun.Show(line, dictionary));
        }

        Assert.Equal(-1, table.Find("no such item"u8));
        lines.Sort(StringComparer.Ordinal);
        return (result, lines);
    }
}
