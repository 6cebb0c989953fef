using System.Globalization;
using System.Text.Json.Nodes;
using PersonalizeConnectors.Activities.Report;
using PersonalizeConnectors.Starter.Output;
using Spectre.Console;

namespace PersonalizeConnectors.Starter.Demo;

/// <summary>Both runs side by side, one user before and after, what was not sent and why, where the files lie.</summary>
internal static class DemoView
{
    private const int PlainWidth = 100;

    public static void Write(DemoShop shop, IReadOnlyList<string> changes, DemoRun first, DemoRun second)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = PlainWidth;
        }

        Parts.Title(console, "Two runs");
        console.Write(Funnel(first.Report, second.Report));
        Parts.Title(console, $"{DemoShop.User} at Braze");
        console.Write(Profile(first, second));
        Parts.Title(console, "Not sent by the second run, and why");
        console.Write(NotSent(second.Report));
        Parts.Title(console, "Files");
        Files(console, shop, second.Report);
    }

    private static Table Funnel(ReportDocument first, ReportDocument second)
    {
        var table = Grid("", "first run", "second run");
        Row("lines of batch output", r => r.Lines.Read);
        Row("  of them results", r => r.Lines.Results);
        Row("users in the mapping", r => r.Mapping?.Users);
        Row("users with a list", r => Users(r).Total);
        Row("  new", r => Users(r).New);
        Row("  changed", r => Users(r).Changed);
        Row("  unchanged, not sent", r => Users(r).Unchanged);
        Row("  removed", r => Users(r).Removed);
        Row("accepted by Braze", r => Users(r).Accepted);
        Row("requests", r => r.Connectors["braze"].Requests.Sent);
        table.AddRow("seconds", $"{first.Seconds:0.0}", $"{second.Seconds:0.0}");
        return table;

        void Row(string name, Func<ReportDocument, long?> count) => table.AddRow(name, Parts.Number(count(first)), Parts.Number(count(second)));
    }

    private static Table Profile(DemoRun first, DemoRun second)
    {
        var table = Grid("", "bought_name", "price, first run", "second run");
        var (names, before, after) = (List(second, "bought_name"), List(first, "bought_price"), List(second, "bought_price"));
        for (var i = 0; i < after.Count; i++)
        {
            table.AddRow(
                new Text((i + 1).ToString(CultureInfo.InvariantCulture)), new Text(names[i]), new Text(before[i]),
                new Text(after[i], after[i] == before[i] ? Style.Plain : new Style(Color.Green, decoration: Decoration.Bold)));
        }

        table.Columns[1].LeftAligned();
        return table;
    }

    private static Table NotSent(ReportDocument report)
    {
        var users = Users(report);
        var table = Grid("", "", "");
        table.Columns[0].RightAligned().PadRight(1);
        table.Columns[1].LeftAligned().NoWrap();
        table.Columns[2].LeftAligned();
        Row(users.Unchanged, "user", "Braze accepted exactly this before");
        Row(users.Removed, "user", "no longer in the mapping; what Braze has stays (\"onRemoved\": \"keep\")");
        Row(report.Mapping?.UsersWithoutRecommendations ?? 0, "user", "no result for anything they bought");
        Row(report.Catalog?.UnknownItems ?? 0, "item", "not in the catalog, so left out of every list (\"unknownItems\": \"drop\")");
        foreach (var error in report.Samples.GetValueOrDefault("errors", []))
        {
            Row(error.GetProperty("count").GetInt64(), "line", error.GetProperty("message").GetString()!);
        }

        return table;

        void Row(long count, string what, string why)
        {
            if (count > 0)
            {
                table.AddRow(new Text(Parts.Number(count)), new Text(count == 1 ? what : what + "s"), new Text(why));
            }
        }
    }

    // Plain lines: a path that is broken in two cannot be copied.
    private static void Files(IAnsiConsole console, DemoShop shop, ReportDocument report)
    {
        var job = Path.GetRelativePath(shop.Folder, shop.JobPath);
        var output = Path.GetRelativePath(shop.Folder, report.Connectors["braze"].OutputPath);
        console.WriteLine($"Below {shop.Folder}");
        foreach (var path in new[] { Path.Combine(job, "config.json"), output, Path.Combine(job, "runs", report.RunId, "report.html") })
        {
            console.Profile.Out.Writer.WriteLine("  " + path);
        }
    }

    private static Table Grid(params string[] columns)
    {
        var table = Parts.Grid(columns);
        foreach (var column in table.Columns.Skip(1))
        {
            column.RightAligned();
        }

        return table;
    }

    private static List<string> List(DemoRun run, string attribute) =>
        [.. JsonNode.Parse(run.Profile[attribute]!)!.AsArray().Select(value => value!.GetValueKind() == System.Text.Json.JsonValueKind.String ? (string)value! : value.ToJsonString())];

    private static Workflows.Contracts.UserCounts Users(ReportDocument report) => report.Connectors["braze"].Users;
}
