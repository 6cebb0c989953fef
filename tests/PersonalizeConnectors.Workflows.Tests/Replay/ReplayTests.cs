using Temporalio.Exceptions;

namespace PersonalizeConnectors.Workflows.Tests.Replay;

public sealed class ReplayTests
{
    private static readonly string[] Runs = ["user-keyed", "item-keyed", "failed-delivery", "canceled", "paused"];

    private static readonly string[] RunsWithoutDelivery = ["limited", "guard", "many-connectors"];

    // Of workflows that run for months: whichever worker comes goes on with them.
    private static readonly string[] Standing = ["drain-day", "drain-stopped", "watch-day", "watch-stopped", "watch-parts"];

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
}
