using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Activities;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Activities.Failures;

/// <summary>The one place where a step's failure becomes a Temporal failure; nobody else decides about retries.</summary>
public static class Step
{
    /// <summary>Runs the body of an activity: looks for cancellation before its first effect, heartbeats for it, translates what it throws.</summary>
    public static async Task<T> RunAsync<T>(Func<StepContext, Task<T>> body)
    {
        var activity = ActivityExecutionContext.Current;
        using var pump = new HeartbeatPump(position => activity.Heartbeat(position), TimeProvider.System);
        var context = new StepContext(pump.Report, activity.CancellationToken, activity.WorkerShutdownToken)
        {
            WasRunCanceled = () => activity.CancelReason == ActivityCancelReason.CancelRequested,
        };
        try
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            if (activity.Info.Attempt > 1)
            {
                // A cancel that came while no worker was there is told in the answer to a heartbeat.
                context.Report(0, 0);
            }

            return await body(context);
        }
        catch (ConnectorException e)
        {
            throw new ApplicationFailureException(
                e.Message, inner: null, errorType: e.Type, nonRetryable: !e.IsTransient, details: e.Done is { } done ? [done] : null, nextRetryDelay: e.RetryAfter);
        }
        catch (InvalidDataException e)
        {
            // A staging object that cannot be read: written again by another attempt of its step, never by this one.
            throw new ApplicationFailureException(e.Message, inner: null, errorType: FailureTypes.Storage, nonRetryable: false);
        }
    }
}
