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
        foreach (var part in LeftOut(report).Concat(Files(report)))
        {
            yield return part;
        }
    }

    public static IRenderable Title(string text) => new Padder(new Text(text, new Style(Color.Blue, decoration: Decoration.Bold)), new Padding(0, 1, 0, 0));

    private static Paragraph Head(ReportDocument report, DateTimeOffset now) => new Paragraph()
        .Append(Words.Clean(report.JobPath), new Style(decoration: Decoration.Bold))
        .Append($"\nrun {Words.Clean(report.RunId)}  ")
        .Append(report.Status, Words.StatusStyle(report.Status))
        .Append($"  {Words.Time(report.StartedAt)} ({Words.Ago(report.StartedAt, now)}), took {Words.Seconds(report.Seconds)}", Soft);

    private static IEnumerable<IRenderable> Outcomes(string name, ReportedConnector connector)
    {
        if (connector.Rejections.Count > 0)
        {
            yield return Title($"Rejected by {Words.Clean(name)}");
            var table = new Grid()
                .AddColumn(new GridColumn().PadLeft(2).RightAligned().NoWrap()).AddColumn(new GridColumn()).AddColumn(new GridColumn());
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

    private static IEnumerable<IRenderable> LeftOut(ReportDocument report)
    {
        if (report.Samples.Count == 0)
        {
            yield break;
        }

        yield return Title("Left out or failed");
        foreach (var (step, samples) in report.Samples.Where(s => s.Value.Count > 0))
        {
            yield return new Text($"  {Words.Clean(step)}: {Words.Counted(samples.Count, "sample")}, the first: {Words.Clean(samples[0].GetRawText())}") { Overflow = Overflow.Ellipsis };
        }
    }

    private static IEnumerable<IRenderable> Files(ReportDocument report)
    {
        yield return Title("Files");
        foreach (var connector in report.Connectors.Values)
        {
            yield return new Text($"  {Words.Counted(connector.Records, "record")} in {Words.Clean(connector.OutputPath)}");
        }

        if (RunKeys.TryParseRunId(report.RunId, out _))
        {
            yield return new Text($"  page: {Words.Clean(report.JobPath)}/{new RunKeys("", report.RunId).ReportHtml}");
        }
    }
}
