using System.Text.RegularExpressions;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Workflows.Tests.Replay;

public sealed partial class ReplayTests
{
    private static readonly string[] Runs = ["user-keyed", "item-keyed", "failed-delivery", "canceled", "paused"];

    private static readonly string[] RunsWithoutDelivery = ["limited", "guard", "many-connectors"];

    // Of workflows that run for months: whichever worker comes goes on with them.
    private static readonly string[] Standing = ["drain-day", "drain-stopped", "drain-failed", "watch-day", "watch-stopped", "watch-parts", "watch-held"];

    public static TheoryData<string> Histories => [.. RecordedHistories.Names];

    [Theory]
    [MemberData(nameof(Histories))]
    public async Task Replay_RecordedHistory_Succeeds(string name) =>
        Assert.Null((await RecordedHistories.ReplayAsync(RecordedHistories.Text(name))).ReplayFailure);

    [Fact]
    public void Histories_EveryKindOfRun_AreThere()
    {
        Assert.All(Runs.Concat(RunsWithoutDelivery), run => Assert.Contains($"{run}-job", RecordedHistories.Names));
        Assert.All(Standing, name => Assert.Contains(name, RecordedHistories.Names));
        Assert.All(Runs, run => Assert.Contains(RecordedHistories.Names, name => name.StartsWith($"{run}-delivery", StringComparison.Ordinal)));
    }

    /// <summary>Histories that are changed to fit the code guard nothing.</summary>
    [Fact]
    public void Histories_OfEveryRelease_AreWhatTheyWere()
    {
        Assert.All(RecordedHistories.Releases, release =>
        {
            var (said, found) = RecordedHistories.SumsOf(release);
            Assert.Equal(said, found);
        });
    }

    [Fact]
    public void Histories_EveryRelease_HasThem()
    {
        var changelog = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "CHANGELOG.md"));
        var released = changelog.Select(line => Released().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value);

        Assert.Equal(released.OrderBy(Version.Parse), RecordedHistories.Releases);
    }

    [Theory]
    [InlineData("user-keyed-job", "\"SplitErrors\"", "\"SplitMistakes\"")]
    [InlineData("user-keyed-delivery-braze", "\"Deliver\"", "\"Send\"")]
    [InlineData("user-keyed-outer", "\"job:", "\"task:")]
    [InlineData("drain-day", "\"Drain\"", "\"Empty\"")]
    [InlineData("watch-parts", "\"DeliverParts\"", "\"SendParts\"")]
    [InlineData("watch-stopped", "\"job:", "\"task:")]
    public async Task Replay_OfWhatAnotherWorkflowDid_Fails(string name, string was, string would)
    {
        var json = RecordedHistories.Text(name).Replace(was, would, StringComparison.Ordinal);

        Assert.IsType<WorkflowNondeterminismException>((await RecordedHistories.ReplayAsync(json)).ReplayFailure);
    }

    [GeneratedRegex(@"^## \[([0-9]+\.[0-9]+\.[0-9]+)\]")]
    private static partial Regex Released();
}
