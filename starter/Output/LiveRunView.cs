using System.Globalization;
using PersonalizeConnectors.Workflows.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace PersonalizeConnectors.Starter.Output;

/// <summary>A table that moves, for a person at a terminal.</summary>
internal sealed class LiveRunView : IRunView
{
    private const int BarWidth = 24;

    private readonly LiveDisplayContext _live;
    private string? _note;

    private LiveRunView(LiveDisplayContext live) => _live = live;

    /// <summary>Runs the body with a live view; the last picture stays on the screen.</summary>
    public static async Task<T> RunAsync<T>(IAnsiConsole console, Func<IRunView, Task<T>> body) =>
        await console.Live(new Text("Starting …")).StartAsync(live => body(new LiveRunView(live)));

    public void Show(JobProgress progress, IReadOnlyList<RunningStep> running)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders()
            .AddColumn("step").AddColumn("bar").AddColumn(new TableColumn("done").RightAligned()).AddColumn(new TableColumn("seconds").RightAligned());
        foreach (var step in progress.Steps)
        {
            var name = step.Connector is null ? step.Name : $"{step.Name} ({step.Connector})";
            table.AddRow(
                new Text(Words.Clean(name)), Bar(Share(step, running)), new Text(Done(step, running)),
                new Text(step.Seconds > 0 ? string.Create(CultureInfo.InvariantCulture, $"{step.Seconds:0.0} s") : ""));
        }

        var rows = new List<IRenderable> { table };
        var note = running.FirstOrDefault(r => r.Trouble is not null)?.TellTrouble() ?? _note ?? (progress.Paused is null ? null : Words.Paused(progress.Paused));
        if (note is not null)
        {
            rows.Add(new Text(Words.Clean(note), new Style(Color.Yellow)));
        }

        _note = null;
        _live.UpdateTarget(new Rows(rows));
    }

    public void Note(string text)
    {
        _note = text;
        _live.UpdateTarget(new Text(Words.Clean(text), new Style(Color.Yellow)));
    }

    private static double Share(StepProgress step, IReadOnlyList<RunningStep> running)
    {
        if (step.Total == 0)
        {
            return 1;
        }

        var under = running.Where(r => r.Name == step.Name && r.Total > 0).Sum(r => Math.Min(1.0, (double)r.Done / r.Total));
        return Math.Min(1.0, (step.Done + (step.Done < step.Total ? under : 0)) / step.Total);
    }

    private static string Done(StepProgress step, IReadOnlyList<RunningStep> running)
    {
        var delivery = step.Name == "Deliver" ? running.FirstOrDefault(r => r.Name == "Deliver" && r.Total > 0) : null;
        return delivery is not null
            ? string.Create(CultureInfo.InvariantCulture, $"{delivery.Done:N0} of {delivery.Total:N0} users")
            : string.Create(CultureInfo.InvariantCulture, $"{step.Done} of {step.Total}");
    }

    private static Markup Bar(double share)
    {
        var full = (int)Math.Round(share * BarWidth);
        var color = share >= 1 ? "green" : "blue";
        return new Markup($"[{color}]{new string('━', full)}[/][grey]{new string('━', BarWidth - full)}[/]");
    }
}
