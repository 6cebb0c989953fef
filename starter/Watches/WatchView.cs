using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Workflows.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PersonalizeConnectors.Starter.Watches;

/// <summary>A watch, for a terminal.</summary>
internal static class WatchView
{
    private static readonly Style Soft = new(Color.Grey);

    public static IEnumerable<IRenderable> Of(WatchDocument watch)
    {
        yield return new Text(Words.Clean(watch.Root), new Style(decoration: Decoration.Bold));
        yield return new Paragraph()
            .Append(watch.State == WatchState.None ? "no watch was started" : watch.State, StyleOf(watch.State))
            .Append(watch.StartedAt is { } at ? $"  since {Words.Time(at)}" : "")
            .Append($"\nworkflow  {Words.Clean(watch.WorkflowId)}", Soft);
        if (watch.Trouble is { } trouble)
        {
            yield return new Text(Words.Clean(trouble), new Style(watch.State == WatchState.Failed ? Color.Red : Color.Yellow));
        }

        var grid = new Grid().AddColumn(new GridColumn().Width(12).PadLeft(2).NoWrap()).AddColumn(new GridColumn().RightAligned().NoWrap()).AddColumn(new GridColumn());
        if (watch is { Events: { } events, Runs: { } runs, Parts: { } parts })
        {
            AddEvents(grid, events, watch.Queue ?? "");
            Add(grid, "runs", runs.Started, $"started; {Words.Number(runs.Busy)} put off by a run under way, {Words.Number(runs.Late)} late events");
            Add(grid, "delivered", parts.Delivered, $"parts, {Words.Number(parts.Records?.Accepted ?? 0)} users accepted, {Words.Number(parts.Records?.Rejected ?? 0)} rejected");
        }

        yield return grid;
        foreach (var job in watch.Jobs.Where(job => job.Due is not null))
        {
            yield return new Text(watch.State is WatchState.Running or WatchState.Waiting
                ? $"{Words.Clean(job.JobPath)} starts at {Words.Time(new DateTimeOffset(job.Due!.Value, TimeSpan.Zero))}"
                : $"{Words.Clean(job.JobPath)} waits to be started; the next watch starts it");
        }

        foreach (var part in watch.Undelivered)
        {
            yield return new Text($"{Words.Clean(part.JobPath)}, {Words.Clean(part.Connector)}: parts are being delivered");
        }
    }

    private static void AddEvents(Grid grid, WatchCounts events, string queue)
    {
        Add(grid, "messages", events.Messages, $"from {Words.Clean(queue)}");
        Add(grid, "output", events.Outputs, "new .out files of jobs");
        Add(grid, "complete", events.Completions, "batch jobs that are complete");
        Add(grid, "parts", events.Parts, $"of others; {Words.Number(events.OwnParts)} of runs, {Words.Number(events.Repeats)} repeats");
        Add(grid, "passed over", events.Foreign + events.Malformed + events.Tests,
            $"{Words.Number(events.Foreign)} concern no job, {Words.Number(events.Malformed)} are no event, {Words.Number(events.Tests)} are tests");
    }

    private static void Add(Grid grid, string name, long count, string remark) =>
        grid.AddRow(new Text(name, Soft), new Text(Words.Number(count)), new Text(remark, Soft));

    private static Style StyleOf(string state) => new(
        state switch { WatchState.Running => Color.Green, WatchState.Failed => Color.Red, WatchState.Waiting => Color.Yellow, _ => Color.Default },
        decoration: Decoration.Bold);
}
