using PersonalizeConnectors.Activities.Report;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PersonalizeConnectors.Starter.Output;

/// <summary>The funnel of a run, one a connector: lines → results → users → delta → sent → accepted, and what was lost on the way.</summary>
internal static class FunnelView
{
    private const int BarWidth = 24;
    private const int LongestReason = 46;
    private static readonly Style Soft = new(Color.Grey);

    public static IRenderable Of(ReportDocument report)
    {
        if (report.Connectors.Count == 0)
        {
            var lines = NewGrid();
            AddLines(lines, report, report.Lines.Read);
            return lines;
        }

        return new Rows(report.Connectors.SelectMany<KeyValuePair<string, ReportedConnector>, IRenderable>(
            c => [new Text("→ " + Words.Clean(c.Key), new Style(decoration: Decoration.Bold)), OfConnector(report, c.Value)]));
    }

    private static Grid OfConnector(ReportDocument report, ReportedConnector connector)
    {
        var users = connector.Users;
        var delta = users.New + users.Changed + users.Removed;
        var sent = users.Accepted + users.Rejected + users.Unknown;
        var largest = Math.Max(report.Lines.Read, Math.Max(users.Total, Math.Max(delta, sent)));
        var grid = NewGrid();
        AddLines(grid, report, largest);
        Add(grid, "users", users.Total, largest, Color.Blue, UsersNote(report));
        Add(
            grid, "delta", delta, largest, Color.Blue,
            $"{Words.Number(users.New)} new, {Words.Number(users.Changed)} changed, {Words.Number(users.Removed)} removed; {Words.Number(users.Unchanged)} unchanged");
        Add(grid, "sent", sent, largest, Color.Blue, RequestsNote(connector));
        Add(grid, "accepted", users.Accepted, largest, Color.Green, sent == 0 ? "" : Words.Percent(users.Accepted, sent) + " of sent");
        AddLoss(grid, "rejected", users.Rejected, largest, Color.Red, connector.Rejections.Count == 0 ? "" : Words.Cut(Words.Clean(connector.Rejections[0].Reason), LongestReason));
        AddLoss(grid, "unknown", users.Unknown, largest, Color.Yellow, "the next run sends them again");
        return grid;
    }

    private static void AddLines(Grid grid, ReportDocument report, long largest)
    {
        var lines = report.Lines;
        Add(grid, "lines", lines.Read, largest, Color.Blue, "");
        Add(grid, "results", lines.Results, largest, Color.Blue, Listed(
            (lines.Errors, "error", "errors"), (lines.Malformed, "malformed", "malformed"), (lines.Duplicates, "duplicate", "duplicates"), (lines.Empty, "empty list", "empty lists")));
    }

    private static string UsersNote(ReportDocument report) => report.Mapping is { } mapping
        ? Listed(
            (mapping.UsersWithoutRecommendations, "without recommendations", "without recommendations"),
            (mapping.ItemsWithoutUsers, "item without users", "items without users"))
        : "";

    private static string RequestsNote(ReportedConnector connector)
    {
        var requests = connector.Requests;
        return requests.Sent == 0
            ? ""
            : Words.Counted(requests.Sent, "request") + (requests.Retried > 0 ? $", {Words.Number(requests.Retried)} repeated" : "")
                + (requests.RateLimited > 0 ? $", {Words.Number(requests.RateLimited)} held back by the rate limit" : "");
    }

    private static string Listed(params (long Count, string One, string Many)[] parts) =>
        string.Join(", ", parts.Where(p => p.Count > 0).Select(p => $"{Words.Number(p.Count)} {(p.Count == 1 ? p.One : p.Many)}"));

    private static void AddLoss(Grid grid, string name, long count, long largest, Color color, string note)
    {
        if (count > 0)
        {
            Add(grid, name, count, largest, color, note);
        }
    }

    private static void Add(Grid grid, string name, long count, long largest, Color color, string note) => grid.AddRow(
        new Text(name), new Text(Words.Number(count)), Bars.Of(count, largest, BarWidth, color), new Text(note, Soft) { Overflow = Overflow.Ellipsis });

    private static Grid NewGrid() => new Grid()
        .AddColumn(new GridColumn().Width(10).PadLeft(2).NoWrap())
        .AddColumn(new GridColumn().Width(11).RightAligned().NoWrap())
        .AddColumn(new GridColumn().Width(BarWidth).NoWrap())
        .AddColumn(new GridColumn());
}
