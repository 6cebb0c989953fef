using PersonalizeConnectors.Activities.Report;
using PersonalizeConnectors.Workflows.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PersonalizeConnectors.Starter.Output;

/// <summary>Time and rate per step.</summary>
internal static class StepsView
{
    private const int BarWidth = 24;
    private static readonly Style Soft = new(Color.Grey);

    public static IRenderable Of(ReportDocument report)
    {
        if (report.Steps.Count == 0)
        {
            return new Text("  The run ended before its first step did.", Soft);
        }

        var longest = (long)(report.Steps.Max(s => s.Seconds) * 1000);
        var grid = new Grid()
            .AddColumn(new GridColumn().Width(13).PadLeft(2).NoWrap())
            .AddColumn(new GridColumn().Width(9).RightAligned().NoWrap())
            .AddColumn(new GridColumn().Width(BarWidth).NoWrap())
            .AddColumn(new GridColumn().Width(10).RightAligned().NoWrap())
            .AddColumn(new GridColumn().Width(10).RightAligned().NoWrap())
            .AddColumn(new GridColumn().Width(12).RightAligned().NoWrap());
        grid.AddRow(Header(""), Header("time"), Header(""), Header("read"), Header("written"), Header("rate"));
        foreach (var step in report.Steps)
        {
            grid.AddRow(
                new Text(Words.Clean(step.Name)), new Text(Words.Seconds(step.Seconds)), Bars.Of((long)(step.Seconds * 1000), longest, BarWidth, Color.Blue),
                new Text(Size(step.BytesIn)), new Text(Size(step.BytesOut)), new Text(RateOf(report, step)));
        }

        return grid;
    }

    // A delivery is measured in users, whatever their bytes.
    private static string RateOf(ReportDocument report, StepOutcome step)
    {
        if (step.Seconds <= 0)
        {
            return "";
        }

        var users = step.Name == "Deliver" ? report.Connectors.Values.Sum(c => c.Users.Accepted + c.Users.Rejected + c.Users.Unknown) : 0;
        return users > 0 ? Words.Number((long)(users / step.Seconds)) + " users/s"
            : step.BytesIn > 0 ? Words.Bytes((long)(step.BytesIn / step.Seconds)) + "/s"
            : "";
    }

    private static string Size(long bytes) => bytes == 0 ? "" : Words.Bytes(bytes);

    private static Text Header(string text) => new(text, Soft);
}
