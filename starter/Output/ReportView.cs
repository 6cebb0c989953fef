using PersonalizeConnectors.Activities.Report;
using PersonalizeConnectors.Core.Staging;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PersonalizeConnectors.Starter.Output;

/// <summary>One run's report for a terminal: funnel, outcomes with reasons, delta against earlier runs, time and rate per step.</summary>
internal static class ReportView
{
    private const int MostReasons = 10;
    private static readonly Style Soft = new(Color.Grey);

    /// <param name="earlier">Readable reports of runs before this one, newest first.</param>
    public static IEnumerable<IRenderable> Of(ReportDocument report, IReadOnlyList<ReportDocument> earlier, DateTimeOffset now)
    {
        yield return Head(report, now);
        if (report.Failure is { } failure)
        {
            yield return new Text(Words.Clean(failure), Words.StatusStyle(report.Status));
        }

        yield return Title("Funnel");
        yield return FunnelView.Of(report);
        foreach (var (name, connector) in report.Connectors)
        {
            foreach (var part in Outcomes(name, connector))
            {
                yield return part;
            }

            yield return Title($"Delta of {Words.Clean(name)} against earlier runs");
            yield return TrendView.Of(name, report, earlier);
        }

        yield return Title("Steps");
        yield return StepsView.Of(report);
        foreach (var part in LeftOutView.Of(report).Concat(Files(report)))
        {
            yield return part;
        }
    }

    /// <summary>The short form, for the end of a run.</summary>
    public static IEnumerable<IRenderable> End(ReportDocument report, DateTimeOffset now) =>
        [Head(report, now), new Text(""), FunnelView.Of(report), .. report.Connectors.SelectMany(c => Outcomes(c.Key, c.Value)), .. Files(report)];

    public static IRenderable Title(string text) => new Padder(new Text(text, new Style(Color.Blue, decoration: Decoration.Bold)), new Padding(0, 1, 0, 0));

    private static Paragraph Head(ReportDocument report, DateTimeOffset now) => new Paragraph()
        .Append(Words.Clean(report.JobPath), new Style(decoration: Decoration.Bold))
        .Append($"\nrun {Words.Clean(report.RunId)}  ")
        .Append(report.Status, Words.StatusStyle(report.Status))
        .Append($"\n{Words.Time(report.StartedAt)} ({Words.Ago(report.StartedAt, now)}), took {Words.Seconds(report.Seconds)}", Soft);

    private static IEnumerable<IRenderable> Outcomes(string name, ReportedConnector connector)
    {
        if (connector.Rejections.Count > 0)
        {
            yield return Title($"Rejected by {Words.Clean(name)}");
            var table = new Grid()
                .AddColumn(new GridColumn().Padding(2, 0, 2, 0).RightAligned().NoWrap()).AddColumn(new GridColumn().PadRight(2)).AddColumn(new GridColumn());
            foreach (var rejection in connector.Rejections.Take(MostReasons))
            {
                table.AddRow(
                    new Text(Words.Number(rejection.Users), new Style(Color.Red)), new Text(Words.Clean(rejection.Reason)),
                    new Text("for example " + Words.Clean(rejection.Example), Soft));
            }

            yield return table;
            if (connector.Rejections.Count > MostReasons)
            {
                yield return new Text($"  and {Words.Counted(connector.Rejections.Count - MostReasons, "further reason")} in report.html", Soft);
            }
        }

        if (connector.CollapsedUsers > 0)
        {
            yield return new Padder(
                new Text(
                    $"The destination keeps equal values of a list once, so the lists of {Words.Counted(connector.CollapsedUsers, "accepted user")} no longer match "
                    + "one another there; the attributeShape arrayOfObjects or itemIds avoids that.",
                    new Style(Color.Yellow)),
                new Padding(2, 1, 0, 0));
        }
    }

    // Relative to the job, whose path stands at the top: the rest is long enough.
    private static IEnumerable<IRenderable> Files(ReportDocument report)
    {
        yield return Title("Files");
        foreach (var connector in report.Connectors.Values)
        {
            yield return new Text($"  {Words.Counted(connector.Records, "record")} in {Words.Clean(Below(report, connector.OutputPath))}");
        }

        if (RunKeys.TryParseRunId(report.RunId, out _))
        {
            yield return new Text($"  page with all of it: {new RunKeys("", report.RunId).ReportHtml}");
        }
    }

    private static string Below(ReportDocument report, string path) =>
        report.JobPath.Length > 0 && path.StartsWith(report.JobPath + "/", StringComparison.Ordinal) ? path[(report.JobPath.Length + 1)..] : path;
}
