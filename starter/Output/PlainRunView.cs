using System.Globalization;
using PersonalizeConnectors.Workflows.Contracts;

namespace PersonalizeConnectors.Starter.Output;

/// <summary>One line a finished step, for logs and pipes.</summary>
internal sealed class PlainRunView(TextWriter target) : IRunView
{
    private readonly HashSet<string> _shown = [];
    private string _lastNote = "";
    private bool _isPaused;

    public void Show(JobProgress progress, IReadOnlyList<RunningStep> running)
    {
        foreach (var step in progress.Steps.Where(s => s.Done == s.Total))
        {
            var name = step.Connector is null ? step.Name : $"{step.Name} ({step.Connector})";
            if (_shown.Add(name))
            {
                target.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Words.Clean(name)}: {step.Done} of {step.Total} in {step.Seconds:0.0} s"));
            }
        }

        if (progress.Paused is not null || _isPaused)
        {
            _isPaused = progress.Paused is not null;
            Note(progress.Paused is null ? "Goes on." : Words.Paused(progress.Paused));
        }

        foreach (var trouble in running.Where(r => r.Trouble is not null))
        {
            Note(trouble.TellTrouble()!);
        }
    }

    public void Note(string text)
    {
        if (text != _lastNote)
        {
            _lastNote = text;
            target.WriteLine(Words.Clean(text));
        }
    }
}
