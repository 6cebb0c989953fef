using System.Text;
using PersonalizeConnectors.Core.Records;

namespace PersonalizeConnectors.Activities.Tests.Records;

public sealed class BatchLineScannerTests
{
    private const string NoOutput = "The line has neither output nor error.";

    [Theory]
    [InlineData("""{"input":{"userId":"u"},"output":{"recommendedItems":["1","2"],"scores":[0.5,7.17E-5]},"error":null}""", "result u: 1(0.5) 2(7.17E-5) ")]
    [InlineData("""{"input":{"userId":"u"},"output":{"recommendedItems":["1","2"],"scores":[0.5]}}""", "result u: 1(0.5) 2() ")]
    [InlineData("""{"input":{"userId":"u"},"output":{"recommendedItems":["1"],"scores":[0.5,0.6]}}""", "result u: 1(0.5) ")]
    [InlineData("""{"input":{"userId":"u"},"output":{"recommendedItems":["1","2"],"scores":[null,0.6]}}""", "result u: 1() 2(0.6) ")]
    [InlineData("""{"input":{"userId":"u"},"output":{"recommendedItems":["1"],"scores":null},"error":""}""", "result u: 1() ")]
    [InlineData("""{"input":{"userId":"u","itemList":["1"]},"output":{"recommendedItems":["1"],"scores":[1]}}""", "result u: 1(1) ")]
    [InlineData("""{"input":{"userId":"u"},"output":{"recommendedItems":[]},"error":null}""", "result u:  ")]
    [InlineData("""{"error":null,"output":{"scores":[1],"recommendedItems":["1"]},"input":{"x":{"userId":"no"},"userId":"u"}}""", "result u: 1(1) ")]
    [InlineData("""{"input":{"userId":"a\"b\\c\u00e9\ud83d\ude00"},"output":{"recommendedItems":["\u0031"]}}""", "result a\"b\\cé😀: 1() ")]
    [InlineData("""{"input":{"userId":7},"output":{"recommendedItems":[1.50]}}""", "result 7: 1.50() ")]
    [InlineData("""{ "input" : {"userId":"u"}, "output":{"recommendedItems":[ "1" ,"2"]} }""", "result u: 1() 2() ")]
    [InlineData("""{"input":{"userId":"a"},"input":{"userId":"b"},"output":null,"output":{"recommendedItems":[]}}""", "result b:  ")]
    [InlineData("""{"input":{"userId":"u"},"output":{"recommendedItems":["1"],"theme":"Camp \"it\" up.","reasons":[["x"]]}}""", "result u: 1() \"Camp \\\"it\\\" up.\"")]
    [InlineData("""{"input":{"userId":"u"},"output":{"recommendedItems":[]},"error":"User error: no"}""", "error u: User error: no")]
    [InlineData("""{"input":{"userId":"u"},"error":"no"}""", "error u: no")]
    [InlineData("""{"output":null,"error":"no"}""", "error : no")]
    [InlineData("""{"input":{"userId":"u"},"output":null,"error":null}""", "error u: " + NoOutput)]
    [InlineData("""{"input":{"userId":"u"},"output":"text"}""", "error u: " + NoOutput)]
    [InlineData("{}", "error : " + NoOutput)]
    [InlineData("""{"input":{"userId":""},"error":"no"}""", "error : no")]
    [InlineData("""{"input":{"itemId":"i"},"error":"no"}""", "error : no")]
    [InlineData("""{"input":{"userId":"u"},"error":{"code":4}}""", """error u: {"code":4}""")]
    public void Scan_UserKeyed_GivesTheLine(string line, string expected) => AssertScan(line, itemKeyed: false, expected);

    [Theory]
    [InlineData("""{"input":{"itemId":"i"},"output":{"recommendedItems":["1","2"]}}""", "result i: 1() 2() ")]
    [InlineData("""{"input":{"itemId":"i"},"output":{"recommendedItems":["1"],"theme":"T","itemsThemeRelevanceScores":[-0.1]}}""", "result i: 1() \"T\"")]
    public void Scan_ItemKeyed_GivesTheLine(string line, string expected) => AssertScan(line, itemKeyed: true, expected);

    [Theory]
    [InlineData("""{"input":{"itemId":"i"},"output":{"recommendedItems":[]}}""", "input.itemId where this job type has input.userId")]
    [InlineData("""{"output":{"recommendedItems":[]}}""", "no input.userId")]
    [InlineData("""{"input":{"userId":""},"output":{"recommendedItems":[]}}""", "input.userId: an empty id")]
    [InlineData("""{"input":{"userId":null},"output":{"recommendedItems":[]}}""", "input.userId: an id that is no text")]
    [InlineData("""{"input":{"userId":"\ud800"},"output":{"recommendedItems":[]}}""", "input.userId: an escape that is no character")]
    [InlineData("""{"input":{"userId":"u"},"output":{"recommendedItems":["a",""]}}""", "output.recommendedItems: an empty id")]
    [InlineData("""{"input":{"userId":"u"},"output":{"recommendedItems":["a",null]}}""", "output.recommendedItems: an id that is no text")]
    [InlineData("""{"input":{"userId":"u"},"output":{"recommendedItems":{"a":1}}}""", "output.recommendedItems is not a list")]
    [InlineData("""{"input":{"userId":"u"},"output":{"usersList":["a"]}}""", "no output.recommendedItems")]
    [InlineData("""{"input":{"userId":"u"},"output":{"recommendedItems":["a"]}""", "not JSON, at byte 59 of the line")]
    [InlineData("""{"input":{"userId":"u"},"output":{"recommendedItems":["a"],"scores":[01]}}""", "not JSON, at byte 70 of the line")]
    [InlineData("""{"input":{"userId":"u"},"output":{"recommendedItems":[]}}}""", "not JSON, at byte 57 of the line")]
    [InlineData("""{"input":{"userId":"u"},"output":{"recommendedItems":[],"theme":"\udc00"}}""", "output.theme: an escape that is no character")]
    [InlineData("""{"input":{"userId":"u"},"error":"\ud800"}""", "error: an escape that is no character")]
    [InlineData("""["input"]""", "not a JSON object")]
    [InlineData("plain text", "not JSON, at byte 0 of the line")]
    public void Scan_Malformed_SaysWhy(string line, string reason)
    {
        using var scanner = new BatchLineScanner(itemKeyed: false);
        var found = scanner.Scan(Encoding.UTF8.GetBytes(line));
        Assert.Equal(BatchLineKind.Malformed, found.Kind);
        Assert.Equal(reason, found.Reason);
    }

    [Fact]
    public void Scan_InvalidUtf8_IsMalformed()
    {
        using var scanner = new BatchLineScanner(itemKeyed: false);
        byte[] line = [.. "{\"input\":{\"userId\":\"u"u8, 0xFF, .. "\"},\"output\":{\"recommendedItems\":[]}}"u8];
        Assert.Equal("not valid UTF-8", scanner.Scan(line).Reason);
    }

    [Theory]
    [InlineData(256, "x", true)]
    [InlineData(257, "x", false)]
    [InlineData(256, "é", true)]
    [InlineData(257, "é", false)]
    [InlineData(256, "€", true)]
    [InlineData(128, "😀", true)]
    [InlineData(129, "😀", false)]
    public void Scan_IdLength_CountsUtf16Units(int times, string text, bool accepted)
    {
        var id = string.Concat(Enumerable.Repeat(text, times));
        using var scanner = new BatchLineScanner(itemKeyed: false);
        var asQuery = scanner.Scan(Encoding.UTF8.GetBytes($"{{\"input\":{{\"userId\":\"{id}\"}},\"output\":{{\"recommendedItems\":[]}}}}")).Kind;
        var asItem = scanner.Scan(Encoding.UTF8.GetBytes($"{{\"input\":{{\"userId\":\"u\"}},\"output\":{{\"recommendedItems\":[\"{id}\"]}}}}")).Kind;
        Assert.Equal(accepted ? BatchLineKind.Result : BatchLineKind.Malformed, asQuery);
        Assert.Equal(asQuery, asItem);
    }

    [Fact]
    public void Scan_ALongListAfterAShortOne_GivesBothWhole()
    {
        using var scanner = new BatchLineScanner(itemKeyed: true);
        foreach (var count in (ReadOnlySpan<int>)[1, 500, 2])
        {
            var items = string.Join(',', Enumerable.Range(0, count).Select(i => $"\"{i}\""));
            var line = scanner.Scan(Encoding.UTF8.GetBytes($"{{\"input\":{{\"itemId\":\"i\"}},\"output\":{{\"recommendedItems\":[{items}]}}}}"));
            Assert.Equal(count, line.Count);
            Assert.Equal($"{count - 1}", Encoding.UTF8.GetString(line.Item(count - 1)));
            Assert.False(line.HasScores);
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Scan_RandomLines_IsWhatTheSlowPathsSay(int seed)
    {
        var lines = new RandomBatchLine(new Random(seed));
        foreach (var itemKeyed in (ReadOnlySpan<bool>)[false, true])
        {
            using var scanner = new BatchLineScanner(itemKeyed);
            var compact = 0;
            var kinds = new int[3];
            for (var i = 0; i < 30_000; i++)
            {
                var line = lines.Next();
                var expected = SlowBatchLine.Describe(line, itemKeyed);
                var text = Encoding.UTF8.GetString(line);
                var found = scanner.Scan(line);
                kinds[(int)found.Kind]++;
                Assert.True(expected == SlowBatchLine.Describe(found), $"{text}\n{expected}\n{SlowBatchLine.Describe(found)} ({found.Reason})");
                if (scanner.IsCompact(line))
                {
                    compact++;
                    Assert.Equal(expected, SlowBatchLine.Describe(scanner.ScanChecked(line)));
                }
            }

            Assert.True(compact > 1000, $"Only {compact} lines took the short path.");
            Assert.All(kinds, count => Assert.True(count > 1000, string.Join(' ', kinds)));
        }
    }

    private static void AssertScan(string line, bool itemKeyed, string expected)
    {
        using var scanner = new BatchLineScanner(itemKeyed);
        var bytes = Encoding.UTF8.GetBytes(line);
        Assert.Equal(expected, SlowBatchLine.Describe(scanner.Scan(bytes)));
        Assert.Equal(expected, SlowBatchLine.Describe(scanner.ScanChecked(bytes)));
        Assert.Equal(expected, SlowBatchLine.Describe(bytes, itemKeyed));
    }
}
