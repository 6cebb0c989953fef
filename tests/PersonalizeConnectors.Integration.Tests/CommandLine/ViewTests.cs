using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Workflows.Contracts;
using Spectre.Console;
using static PersonalizeConnectors.Integration.Tests.Harness.WrittenReports;

namespace PersonalizeConnectors.Integration.Tests.CommandLine;

public sealed class ViewTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 3, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Funnel_Report_GoesFromLinesToAccepted()
    {
        var text = Terminal.Plain(FunnelView.Of(Of("/job", NewestRun, new(Total: 990, New: 40, Changed: 31, Unchanged: 919, Removed: 3, Accepted: 70, Rejected: 1))));

        var stages = text.Split('\n').Skip(1).Select(line => line.Trim().Split(' ')[0]).Where(w => w.Length > 0);
        Assert.Equal(["lines", "results", "users", "delta", "sent", "accepted", "rejected"], stages);
    }

    [Fact]
    public void Funnel_RunThatNeverReachedAConnector_ShowsItsLines()
    {
        var report = Of("/job", NewestRun, new()) with { Connectors = new Dictionary<string, Activities.Report.ReportedConnector>() };

        Assert.Contains("1,004", Terminal.Plain(FunnelView.Of(report)), StringComparison.Ordinal);
    }

    [Fact]
    public void Trend_FirstRun_SaysThereIsNothingToCompareWith() =>
        Assert.Contains("no earlier run", Terminal.Plain(TrendView.Of("braze", Of("/job", NewestRun, new(New: 1)), [])), StringComparison.Ordinal);

    [Fact]
    public void Report_HundredColumns_LeavesNoLineWider()
    {
        var report = Of("/data/etl_jobs/user_personalization/picks", NewestRun, new(1_234_567, 234_567, 345_678, 654_322, 12_345, 580_001, 12_588, 1), RunStatus.Failed, "It failed.");
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 100;

        console.Write(new Rows(ReportView.Of(report, [Of("/job", OldestRun, new(1_000_000, 1_000_000))], Now)));

        Assert.All(text.ToString().Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, 100));
        Assert.Contains("1,234,567", text.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new double[] { 0, 5, 10 }, "▁▅█")]
    [InlineData(new double[] { 0, 0 }, "▁▁")]
    [InlineData(new double[0], "")]
    public void Sparkline_Numbers_StandAtTheirShareOfTheLargest(double[] numbers, string drawn) => Assert.Equal(drawn, Bars.Sparkline(numbers));

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "▏")]
    [InlineData(500, "████")]
    [InlineData(1000, "████████")]
    public void Bar_Number_IsAsLongAsItsShareAndNeverInvisible(long number, string drawn) =>
        Assert.Equal(drawn, Terminal.Plain(Bars.Of(number, 1000, 8, Color.Blue)).Trim());

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_500, "1.5 kB")]
    [InlineData(6_900_000_000, "6.9 GB")]
    public void Bytes_Sizes_HaveTheirUnit(long bytes, string text) => Assert.Equal(text, Words.Bytes(bytes));

    [Theory]
    [InlineData(0.456, "0.46 s")]
    [InlineData(59, "59.0 s")]
    [InlineData(61.4, "1:01 min")]
    [InlineData(7384, "2:03 h")]
    public void Seconds_Durations_HaveTheirUnit(double seconds, string text) => Assert.Equal(text, Words.Seconds(seconds));
}
