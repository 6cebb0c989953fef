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

    private readonly List<Child> _children = [];
    private string? _resumedBy;

    public PausedRun? Paused { get; private set; }

    public async Task PauseAsync(PauseInput? input)
    {
        if (Paused is null)
        {
            Paused = new(new DateTimeOffset(Workflow.UtcNow, TimeSpan.Zero), PayloadText.Shorten(input?.By, LongestName));
            changed(Paused);
        }

        await TellAsync();
    }

    public async Task ResumeAsync(PauseInput? input)
    {
        _resumedBy = PayloadText.Shorten(input?.By, LongestName);
        if (Paused is not null)
        {
            Paused = null;
            changed(null);
        }

        await TellAsync();
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
        var handle = await starting;
        var child = new Child(handle);
        _children.Add(child);
        try
        {
            await TellAsync(child);
            return await handle.GetResultAsync();
        }
        finally
        {
            _children.Remove(child);
        }
    }

    private Task TellAsync() => _children.Count == 0 ? Task.CompletedTask : Workflow.WhenAllAsync(_children.Select(TellAsync));

    // One signal at a time: of two that are under way the later one may arrive first, and a child would stay paused for good.
    private async Task TellAsync(Child child)
    {
        if (child.IsBeingTold)
        {
            return;
        }

        child.IsBeingTold = true;
        while (child.IsPaused != (Paused is not null))
        {
            child.IsPaused = Paused is not null;
            await (Paused is { } paused
                ? SignalAsync(child.Handle, PauseSignals.Pause, paused.By)
                : SignalAsync(child.Handle, PauseSignals.Resume, _resumedBy));
        }

        child.IsBeingTold = false;
    }

    private static async Task SignalAsync(ChildWorkflowHandle child, string signal, string? by)
    {
        try
        {
            await child.SignalAsync(signal, [new PauseInput { By = by }]);
        }
        catch (Exception e) when (e is FailureException || TemporalException.IsCanceledException(e))
        {
            // It has ended, or this workflow does: there is nothing to hold up.
        }
    }

    private sealed class Child(ChildWorkflowHandle handle)
    {
        public ChildWorkflowHandle Handle => handle;

        /// <summary>What it was told last.</summary>
        public bool IsPaused { get; set; }

        public bool IsBeingTold { get; set; }
    }
}
