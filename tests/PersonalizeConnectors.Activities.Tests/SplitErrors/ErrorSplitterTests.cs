using System.IO.Compression;
using System.Text;
using PersonalizeConnectors.Activities.Failures;
using PersonalizeConnectors.Activities.Load;
using PersonalizeConnectors.Activities.SplitErrors;
using PersonalizeConnectors.Activities.Tests.Fakes;
using PersonalizeConnectors.Core.Configuration;
using PersonalizeConnectors.Core.Staging;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Activities.Tests.SplitErrors;

public sealed class ErrorSplitterTests
{
    private static readonly Guards Off = new() { MinLines = 0, MaxErrorRate = null };

    [Fact]
    public async Task RunAsync_SeveralChunks_GroupsMessagesMostFrequentFirst()
    {
        var run = new ReadingRun { Guards = Off }.WithBatch("a.out", Error("one") + Error("two")).WithBatch("b.out", Error("two") + Error("two"));
        await SplitAsync(run);
        Assert.Equal(
            [new ErrorGroup("two", 3, "batch/a.out", Error("one").Length), new ErrorGroup("one", 1, "batch/a.out", 0)],
            Groups(run));
        Assert.DoesNotContain(run.Store.Keys, key => key.Contains("/errors/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_ManyMessages_AreBounded()
    {
        var run = new ReadingRun { Guards = Off }.WithBatch("a.out", string.Concat(Enumerable.Range(0, 80).Select(i => Error($"message {i}"))));
        await SplitAsync(run);
        var groups = Groups(run);
        // As many as a report shows.
        Assert.Equal(50, groups.Count);
        Assert.Equal((ErrorGroups.Other, 31L), (groups[^1].Message, groups[^1].Count));
        Assert.Equal(80, groups.Sum(group => group.Count));
    }

    [Fact]
    public async Task RunAsync_SaveErrors_WritesLinesAsTheyStoodInBoundedParts()
    {
        var lines = Enumerable.Range(0, 3000).Select(i => Error($"message {i} " + new string('x', 60))).ToList();
        var run = new ReadingRun { Guards = Off, SaveErrors = true }
            .WithBatch("a.out", string.Concat(lines.Take(1000))).WithBatch("b.out", string.Concat(lines.Skip(1000)));
        var result = await SplitAsync(run, partBytes: 100_000);

        var parts = run.Store.Keys.Where(key => key.Contains("/errors/year=2026/month=11/day=24/time=120000/part-", StringComparison.Ordinal)).ToList();
        Assert.Equal([.. parts.Select((_, number) => run.Keys.ErrorPart(number))], parts);
        Assert.True(parts.Count > 2);
        Assert.Equal(string.Concat(lines), string.Concat(parts.Select(key => Unzip(run.Store[key]))));
        Assert.True(result.Bytes.Out > parts.Sum(key => run.Store[key].Length));
    }

    [Fact]
    public async Task RunAsync_SaveErrorsWithoutAny_WritesNoPart()
    {
        var run = new ReadingRun { Guards = Off, SaveErrors = true }.WithBatch("a.out", "nonsense");
        await SplitAsync(run);
        Assert.DoesNotContain(run.Store.Keys, key => key.Contains("/errors/", StringComparison.Ordinal));
        Assert.Empty(Groups(run));
    }

    [Theory]
    [InlineData(10, 5, 1, 0.5, false)]
    [InlineData(10, 6, 1, 0.5, true)]
    [InlineData(10, 10, 1, null, false)]
    [InlineData(0, 0, 1, 0.5, true)]
    [InlineData(0, 0, 0, 0.5, false)]
    [InlineData(9, 0, 10, 0.5, true)]
    [InlineData(10, 0, 10, 0.5, false)]
    [InlineData(10, 1, 0, 0.0, true)]
    public void Check_Guards_TripBeyondTheirLimit(long read, long errors, long minLines, double? maxErrorRate, bool trips)
    {
        var guards = new Guards { MinLines = minLines, MaxErrorRate = maxErrorRate };
        var lines = new LineCounts(Read: read, Errors: errors);
        LineGuards.Check(guards, lines, overridden: true);
        if (!trips)
        {
            LineGuards.Check(guards, lines, overridden: false);
            return;
        }

        var failure = Assert.Throws<ConnectorException>(() => LineGuards.Check(guards, lines, overridden: false));
        Assert.Equal((FailureTypes.GuardTripped, false), (failure.Type, failure.IsTransient));
        Assert.Contains("--override-guards", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"{read}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_GuardTrips_TheReportStillHasTheMessages()
    {
        var run = new ReadingRun().WithBatch("a.out", Error("one"));
        var failure = await Assert.ThrowsAsync<ConnectorException>(() => SplitAsync(run));
        Assert.Contains("1 of 1 lines", failure.Message, StringComparison.Ordinal);
        Assert.Contains("maxErrorRate allows 0.5", failure.Message, StringComparison.Ordinal);
        Assert.Equal("one", Assert.Single(Groups(run)).Message);
    }

    [Fact]
    public async Task RunAsync_GuardOverridden_GoesOn() =>
        await SplitAsync(new ReadingRun { OverrideGuards = true }.WithBatch("a.out", Error("one")));

    private static string Error(string message) => $$"""{"input":{"userId":"u"},"error":"{{message}}"}""" + "\n";

    private static IReadOnlyList<ErrorGroup> Groups(ReadingRun run) => StepSamples.ParseErrors(run.Store[run.Keys.Samples("errors", 0)]);

    private static async Task<SplitErrorsResult> SplitAsync(ReadingRun run, long partBytes = ErrorSplitter.PartBytes)
    {
        var opened = await run.OpenAsync();
        var lines = new LineCounts();
        for (var chunk = 0; chunk < opened.Plan.Chunks.Count; chunk++)
        {
            lines += (await new ChunkLoader(opened, chunk, StepContext.None).RunAsync()).Lines;
        }

        return await new ErrorSplitter(opened, lines, StepContext.None, partBytes).RunAsync();
    }

    private static string Unzip(byte[] content)
    {
        using var reader = new StreamReader(new GZipStream(new MemoryStream(content), CompressionMode.Decompress), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
