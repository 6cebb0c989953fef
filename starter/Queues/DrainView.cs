using PersonalizeConnectors.Activities.Sqs;
using PersonalizeConnectors.Starter.Output;
using PersonalizeConnectors.Workflows.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PersonalizeConnectors.Starter.Queues;

/// <summary>A drain and its queue, for a terminal.</summary>
internal static class DrainView
{
    private static readonly Style Soft = new(Color.Grey);

    public static IEnumerable<IRenderable> Of(DrainDocument drain)
    {
        yield return new Text($"{Words.Clean(drain.JobPath)}, {Words.Clean(drain.Connector)}", new Style(decoration: Decoration.Bold));
        yield return new Paragraph()
            .Append(drain.State == DrainState.None ? "no drain was started" : drain.State, StyleOf(drain.State))
            .Append(drain.StartedAt is { } at ? $"  since {Words.Time(at)}" : "")
            .Append($"\nworkflow  {Words.Clean(drain.WorkflowId)}", Soft);
        if (drain.Trouble is { } trouble)
        {
            yield return new Text(Words.Clean(trouble), new Style(drain.State == DrainState.Failed ? Color.Red : Color.Yellow));
        }

        var grid = new Grid().AddColumn(new GridColumn().Width(14).PadLeft(2).NoWrap()).AddColumn(new GridColumn().RightAligned().NoWrap()).AddColumn(new GridColumn());
        AddQueue(grid, drain);
        if (drain.Counts is { } counts)
        {
            AddCounts(grid, counts);
        }

        yield return grid;
        if (drain.QueueProblem is { } problem)
        {
            yield return new Text(Words.Clean(problem), new Style(Color.Yellow));
        }
    }

    private static void AddQueue(Grid grid, DrainDocument drain)
    {
        if (drain.Queue is { } queue)
        {
            Add(grid, "waiting", queue.Waiting, $"in {Words.Clean(queue.Name)}; {DeadLetters(queue)}");
            Add(grid, "in flight", queue.InFlight, drain.Held > 0 ? $"{Words.Number(drain.Held)} of them held by this drain" : "");
            if (queue.DeadLetters is { } dead)
            {
                Add(grid, "dead letters", dead, dead > 0 ? $"in {Words.Clean(queue.DeadLetterQueue!)}; look at them, then redrive or purge that queue" : "");
            }
        }

        if (drain.OldestAgeSeconds is { } age)
        {
            grid.AddRow(new Text("oldest", Soft), new Text(Words.Seconds(age)), new Text("since it was sent", Soft));
        }
    }

    private static void AddCounts(Grid grid, DrainCounts counts)
    {
        Add(grid, "received", counts.Received, "messages");
        Add(grid, "accepted", counts.Accepted, counts.Requests is { } requests ? $"users, in {Words.Counted(requests.Sent, "request")}" : "users");
        Add(grid, "rejected", counts.Rejected, counts.Rejected > 0 ? "users; the next run sends them again" : "");
        Add(grid, "unknown", counts.Unknown, counts.Unknown > 0 ? "users; the next run sends them again" : "");
        Add(grid, "superseded", counts.Superseded, counts.Superseded > 0 ? "messages that a newer one of the same user replaced" : "");
        Add(grid, "empty", counts.Empty, counts.Empty > 0 ? "messages without recommendations" : "");
        Add(grid, "poison", counts.Poison, counts.Poison > 0 ? "messages that are no record" : "");
    }

    private static void Add(Grid grid, string name, long count, string remark) =>
        grid.AddRow(new Text(name, Soft), new Text(Words.Number(count)), new Text(remark, Soft));

    private static string DeadLetters(QueueBacklog queue) => queue.DeadLetterQueue is null
        ? "without a dead letter queue"
        : $"dead letters after {queue.MaxReceives} receives go to {Words.Clean(queue.DeadLetterQueue)}";

    private static Style StyleOf(string state) => new(
        state switch { DrainState.Running => Color.Green, DrainState.Failed => Color.Red, DrainState.Waiting => Color.Yellow, _ => Color.Default },
        decoration: Decoration.Bold);
}
