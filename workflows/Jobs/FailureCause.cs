using PersonalizeConnectors.Workflows.Contracts;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Workflows.Jobs;

/// <summary>What a failed step said, without the layers Temporal puts around it.</summary>
/// <param name="Type">One of <see cref="FailureTypes"/>, or the kind of Temporal failure.</param>
/// <param name="Message">For a person; cut, since it travels in payloads of at most 4 KB.</param>
public sealed record FailureCause(string Type, string Message)
{
    private const int LongestMessage = 1500;

    public static FailureCause Of(Exception exception)
    {
        var cause = exception;
        while (cause is ActivityFailureException or ChildWorkflowFailureException && cause.InnerException is { } inner)
        {
            cause = inner;
        }

        var (type, message) = cause switch
        {
            ApplicationFailureException application => (application.ErrorType ?? nameof(ApplicationFailureException), application.Message),
            TimeoutFailureException timeout => (nameof(TimeoutFailureException), $"A step did not end in time ({timeout.TimeoutType}): no worker was alive for it long enough."),
            TerminatedFailureException => (nameof(TerminatedFailureException), "The delivery was terminated."),
            _ => (cause.GetType().Name, cause.Message),
        };
        return new(type, message.Length <= LongestMessage ? message : message[..LongestMessage] + "…");
    }

    /// <summary>True where the run fails before it wrote anything, so that there is no report either.</summary>
    public bool IsBeforeAnything =>
        Type is FailureTypes.InvalidInput or FailureTypes.InvalidConfiguration or FailureTypes.JobAlreadyRunning or FailureTypes.LocationRefused;
}
