using PersonalizeConnectors.Starter.History;
using PersonalizeConnectors.Workflows.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PersonalizeConnectors.Starter.Output;

/// <summary>A job's runs, a line each; what failed, below.</summary>
internal static class RunsView
{
    private static readonly Style Soft = new(Color.Grey);
    private static readonly string[] Counts = ["new", "changed", "removed", "accepted", "rejected", "unknown"];

    public static IEnumerable<IRenderable> Of(RunsDocument document)
    {
        if (document.Runs.Count == 0 && document.Unreadable.Count == 0)
        {
            yield return new Text(Words.Clean($"{document.JobPath} has no run yet. Start one: personalize-connectors run {document.JobPath}"));
            yield break;
        }

        yield return new Text(Words.Clean(document.JobPath), new Style(decoration: Decoration.Bold));
        yield return Table(document);
        foreach (var run in document.Runs.Where(r => r.Failure is not null))
        {
            yield return new Paragraph().Append($"{run.RunId}  ", Soft).Append(Words.Clean(run.Failure!), Words.StatusStyle(run.Status));
        }

        foreach (var unreadable in document.Unreadable)
        {
            yield return new Text(Words.Clean(unreadable.Problem), new Style(Color.Yellow));
        }

        if (document.Older > 0)
        {
            yield return new Text($"{Words.Counted(document.Older, "older run")} not shown; --limit shows more.", Soft);
        }
    }

    private static Grid Table(RunsDocument document)
    {
        var hasSeveral = document.Runs.Any(r => r.Connectors.Count > 1);
        var grid = new Grid().AddColumn(Column()).AddColumn(Column()).AddColumn(Column().RightAligned());
        if (hasSeveral)
        {
            grid.AddColumn(Column());
        }

        foreach (var _ in Counts)
        {
            grid.AddColumn(Column().RightAligned());
        }

        string[] head = ["run (UTC)", "status", "time", .. hasSeveral ? ["connector"] : Array.Empty<string>(), .. Counts];
        grid.AddRow([.. head.Select(h => new Text(h, Soft))]);
        foreach (var run in document.Runs)
        {
            AddRows(grid, run, hasSeveral);
        }

        return grid;
    }

    private static void AddRows(Grid grid, ListedRun run, bool hasSeveral)
    {
        List<IRenderable> first = [new Text(run.RunId), new Text(Words.Status(run.Status), Words.StatusStyle(run.Status)), new Text(Words.Seconds(run.Seconds))];
        if (run.Connectors.Count == 0)
        {
            grid.AddRow([.. first]);
            return;
        }

        var isFirst = true;
        foreach (var (name, users) in run.Connectors)
        {
            IEnumerable<IRenderable> head = isFirst ? first : [new Text(""), new Text(""), new Text("")];
            grid.AddRow([.. head, .. hasSeveral ? [new Text(Words.Clean(name))] : Array.Empty<IRenderable>(), .. CountsOf(users)]);
            isFirst = false;
        }
    }

    private static IEnumerable<IRenderable> CountsOf(UserCounts users) =>
    [
        Count(users.New, Style.Plain), Count(users.Changed, Style.Plain), Count(users.Removed, Style.Plain),
        Count(users.Accepted, new Style(Color.Green)), Count(users.Rejected, new Style(Color.Red)), Count(users.Unknown, new Style(Color.Yellow)),
    ];

    private static Text Count(long count, Style style) => new(Words.Number(count), count == 0 ? Soft : style);

    private static GridColumn Column() => new GridColumn().NoWrap().PadRight(2);
}
