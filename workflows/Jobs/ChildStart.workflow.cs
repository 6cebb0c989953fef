using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Workflows.Jobs;

/// <summary>
/// Starts a child under a fixed id. A reset ends a run without its children, so that a run which was reset may find its own child of before under
/// way: it waits for that one to end, where any other run is refused.
/// </summary>
internal static class ChildStart
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);

    // A day of waiting is 300 times a dozen events.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <param name="waiting">Called before each wait.</param>
    /// <exception cref="WorkflowAlreadyStartedException">The id is taken, and this run was not reset.</exception>
    public static async Task<ChildWorkflowHandle<TWorkflow, TResult>> WhenFreeAsync<TWorkflow, TResult>(
        Func<Task<ChildWorkflowHandle<TWorkflow, TResult>>> start, Action waiting)
    {
        var wait = FirstWait;
        while (true)
        {
            try
            {
                return await start();
            }
            catch (WorkflowAlreadyStartedException) when (WasReset)
            {
                waiting();
                await Workflow.DelayAsync(wait);
                wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
            }
        }
    }

    // The run id changes with a reset; the one that the history began with stays in its first event.
    private static bool WasReset => Workflow.Info.RunId != Workflow.Info.OriginalExecutionRunId;
}
