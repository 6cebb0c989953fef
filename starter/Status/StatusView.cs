using PersonalizeConnectors.Starter.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PersonalizeConnectors.Starter.Status;

/// <summary>What a job is doing, for a terminal.</summary>
internal static class StatusView
{
    /// <summary>Why a run may be under way that no service knows of.</summary>
    public const string WithoutService =
        "No Temporal service is configured (TEMPORAL_ADDRESS, or a profile): runs without one live only in the process that runs them.";

    private static readonly Style Soft = new(Color.Grey);

    public static IEnumerable<IRenderable> Of(JobStatus status, DateTimeOffset now)
    {
        yield return new Text(Words.Clean(status.JobPath), new Style(decoration: Decoration.Bold));
        yield return State(status, now);
        if (status.Run is { } run)
        {
            yield return Steps(run);
            foreach (var trouble in run.Running.Where(r => r.Trouble is not null))
            {
                yield return new Text(Words.Clean(trouble.TellTrouble()!), new Style(Color.Yellow));
            }
        }

        if (status.LastRun is { } last)
        {
            yield return new Paragraph()
                .Append("last run  ", Soft)
                .Append($"{last.RunId ?? "without an id"}  ")
                .Append(last.Status, Words.StatusStyle(last.Status))
                .Append($"\n          {Words.Time(last.StartedAt)} ({Words.Ago(last.StartedAt, now)}), took {Words.Seconds(last.Seconds)}", Soft)
                .Append(last.Failure is null ? "" : $"\n          {Words.Clean(last.Failure)}", Words.StatusStyle(last.Status));
        }

        if (status.Service is null)
        {
            yield return new Text(WithoutService, Soft);
        }
    }

    private static Paragraph State(JobStatus status, DateTimeOffset now) => status switch
    {
        { Run: { } run } => new Paragraph()
            .Append(status.State, new Style(status.State switch { JobState.Stuck => Color.Red, JobState.Paused => Color.Yellow, _ => Color.Green }, decoration: Decoration.Bold))
            .Append($"  {run.Phase ?? "not begun"}, run {run.RunId ?? "without an id yet"}, begun {Words.Ago(run.StartedAt, now)}")
            .Append(run.Paused is null ? "" : "\n" + Words.Paused(run.Paused), new Style(Color.Yellow))
            .Append($"\nworkflow  {Words.Clean(status.WorkflowId)}\nservice   {status.Service}", Soft)
            .Append(run.HasWorker ? "" : "\nNo worker answers: finished steps are not known, and nothing goes on until one is there.", new Style(Color.Yellow)),
        { Holder: { } holder } => new Paragraph()
            .Append("running elsewhere", new Style(Color.Green, decoration: Decoration.Bold))
            .Append($"  run {holder.RunId}: process {holder.ProcessId} on {holder.Host}, begun {Words.Ago(holder.Since, now)}"),
        _ => new Paragraph("no run is under way", new Style(decoration: Decoration.Bold)),
    };

    private static Grid Steps(RunInProgress run)
    {
        var grid = new Grid().AddColumn(new GridColumn().PadLeft(2).NoWrap()).AddColumn(new GridColumn().RightAligned().NoWrap()).AddColumn(new GridColumn().NoWrap());
        foreach (var step in run.Steps)
        {
            grid.AddRow(
                new Text(step.Connector is null ? step.Name : $"{step.Name} ({Words.Clean(step.Connector)})"),
                new Text($"{step.Done} of {step.Total}"), new Text(step.Seconds > 0 ? Words.Seconds(step.Seconds) : "", Soft));
        }

        foreach (var activity in run.Running.Where(r => r.Trouble is null))
        {
            grid.AddRow(
                new Text("· " + activity.Name, new Style(Color.Blue)),
                new Text(activity.Total > 0 ? $"{Words.Number(activity.Done)} of {Words.Number(activity.Total)}" : ""),
                new Text(activity.IsWaiting ? "waits for a worker" : activity.Attempt > 1 ? $"running, attempt {activity.Attempt}" : "running", Soft));
        }

        return grid;
    }
}
