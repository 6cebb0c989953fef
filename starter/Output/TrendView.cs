using PersonalizeConnectors.Activities.Report;
using PersonalizeConnectors.Workflows.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PersonalizeConnectors.Starter.Output;

/// <summary>What a connector's delta was in the last few runs, and what differs from the run before.</summary>
internal static class TrendView
{
    /// <summary>Runs that stand in a sparkline, the shown one included.</summary>
    public const int Runs = 12;

    private static readonly Style Soft = new(Color.Grey);

    private static readonly (string Name, Func<UserCounts, long> Of)[] Rows =
    [
        ("users", u => u.Total), ("new", u => u.New), ("changed", u => u.Changed), ("unchanged", u => u.Unchanged), ("removed", u => u.Removed),
        ("accepted", u => u.Accepted), ("rejected", u => u.Rejected), ("unknown", u => u.Unknown),
    ];

    /// <param name="earlier">Newest first.</param>
    public static IRenderable Of(string connector, ReportDocument report, IReadOnlyList<ReportDocument> earlier)
    {
        var reports = earlier.Where(r => r.Connectors.ContainsKey(connector)).Take(Runs - 1).Reverse().Append(report).ToList();
        if (reports.Count == 1)
        {
            return new Text("  There is no earlier run to compare with.", Soft);
        }

        var grid = new Grid()
            .AddColumn(new GridColumn().Width(10).PadLeft(2).NoWrap())
            .AddColumn(new GridColumn().Width(Runs).NoWrap())
            .AddColumn(new GridColumn().Width(12).RightAligned().NoWrap())
            .AddColumn(new GridColumn().Width(12).RightAligned().NoWrap())
            .AddColumn(new GridColumn().Width(12).RightAligned().NoWrap());
        grid.AddRow(Header(""), Header($"{reports.Count} runs"), Header("before"), Header("this run"), Header("difference"));
        foreach (var (name, of) in Rows)
        {
            var numbers = reports.ConvertAll(r => of(r.Connectors[connector].Users));
            if (numbers.Exists(n => n != 0))
            {
                Add(grid, name, numbers.ConvertAll(n => (double)n), Words.Number(numbers[^2]), Words.Number(numbers[^1]), Words.Signed(numbers[^1] - numbers[^2]));
            }
        }

        var seconds = reports.ConvertAll(r => r.Seconds);
        Add(grid, "time", seconds, Words.Seconds(seconds[^2]), Words.Seconds(seconds[^1]), "");
        return grid;
    }

    private static void Add(Grid grid, string name, IReadOnlyList<double> numbers, string before, string now, string difference) => grid.AddRow(
        new Text(name), new Text(Bars.Sparkline(numbers), new Style(Color.Blue)), new Text(before, Soft), new Text(now), new Text(difference));

    private static Text Header(string text) => new(text, Soft);
}
