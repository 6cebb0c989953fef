using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Workflows.Jobs;

/// <summary>Whether somebody has paused a workflow: it then begins nothing new, and its children are told the same.</summary>
/// <param name="changed">Called with each change; null where the workflow goes on.</param>
internal sealed class PauseSwitch(Action<PausedRun?> changed)
{
    // A name is for people, and stands in the memo, which has a size to keep.
    private const int LongestName = 200;

    private readonly List<ChildWorkflowHandle> _children = [];

    public PausedRun? Paused { get; private set; }

    public async Task PauseAsync(PauseInput? input)
    {
        if (Paused is null)
        {
            Paused = new(new DateTimeOffset(Workflow.UtcNow, TimeSpan.Zero), PayloadText.Shorten(input?.By, LongestName));
            changed(Paused);
        }

        await TellAsync(PauseSignals.Pause, new PauseInput { By = Paused.By });
    }

    public async Task ResumeAsync(PauseInput? input)
    {
        if (Paused is not null)
        {
            Paused = null;
            changed(null);
        }

        await TellAsync(PauseSignals.Resume, new PauseInput { By = PayloadText.Shorten(input?.By, LongestName) });
    }

    /// <summary>Waits while the workflow is paused. A canceled one does not wait: what has to be done at its end is done.</summary>
    public async Task WaitAsync()
    {
        while (Paused is not null && !Workflow.CancellationToken.IsCancellationRequested)
        {
            try
            {
                await Workflow.WaitConditionAsync(() => Paused is null);
            }
            catch (Exception e) when (TemporalException.IsCanceledException(e))
            {
                // What comes next is canceled by itself, or has to be done all the same.
            }
        }
    }

    /// <summary>Runs a child to its end; it is paused and resumed with this workflow.</summary>
    public async Task<TResult> RunChildAsync<TWorkflow, TResult>(Task<ChildWorkflowHandle<TWorkflow, TResult>> starting)
    {
        var child = await starting;
        _children.Add(child);
        try
        {
            if (Paused is { } paused)
            {
                await TellAsync(child, PauseSignals.Pause, new PauseInput { By = paused.By });
            }

            return await child.GetResultAsync();
        }
        finally
        {
            _children.Remove(child);
        }
    }

    private Task TellAsync(string signal, PauseInput input) =>
        _children.Count == 0 ? Task.CompletedTask : Workflow.WhenAllAsync(_children.Select(c => TellAsync(c, signal, input)));

    private static async Task TellAsync(ChildWorkflowHandle child, string signal, PauseInput input)
    {
        try
        {
            await child.SignalAsync(signal, [input]);
        }
        catch (Exception e) when (e is FailureException || TemporalException.IsCanceledException(e))
        {
            // It has ended, or this workflow does: there is nothing to hold up.
        }
    }
}
