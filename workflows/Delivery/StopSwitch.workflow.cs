using PersonalizeConnectors.Workflows.Jobs;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Workflows.Delivery;

/// <summary>Ends the long activity of a workflow that runs until it is stopped.</summary>
internal sealed class StopSwitch
{
    private CancellationTokenSource? _running;

    /// <summary>True once somebody stopped it; cancellation is no stop.</summary>
    public bool IsStopped { get; private set; }

    public void Stop()
    {
        IsStopped = true;
        _running?.Cancel();
    }

    /// <summary>
    /// Runs what listens to the source, until it is over or stopped, or has ended the source itself. The source ends with the workflow's cancellation too.
    /// </summary>
    /// <param name="progress">What the workflow has done; goes with its failure, so that nobody has to ask a worker for it.</param>
    /// <exception cref="ApplicationFailureException">An activity failed; with that one's sentence and type.</exception>
    public async Task RunAsync(Func<CancellationTokenSource, Task> body, Func<object> progress)
    {
        using var running = CancellationTokenSource.CreateLinkedTokenSource(Workflow.CancellationToken);
        _running = running;
        if (IsStopped)
        {
            running.Cancel();
        }

        try
        {
            await body(running);
        }
        catch (Exception e) when (TemporalException.IsCanceledException(e) && (IsStopped || !Workflow.CancellationToken.IsCancellationRequested))
        {
            // Ended before a worker had begun, or while it waited for another try.
        }
        catch (ActivityFailureException e) when (!TemporalException.IsCanceledException(e))
        {
            var cause = FailureCause.Of(e);
            throw new ApplicationFailureException(cause.Message, errorType: cause.Type, nonRetryable: true, details: [progress()]);
        }
        finally
        {
            _running = null;
        }

        Workflow.CancellationToken.ThrowIfCancellationRequested();
    }
}
