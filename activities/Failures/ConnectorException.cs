namespace PersonalizeConnectors.Activities.Failures;

/// <summary>
/// A failure that was understood where it happened. Its message is one or two sentences for a person: what, where, what to do.
/// It never holds a key or a foreign response body.
/// </summary>
/// <param name="type">One of <c>FailureTypes</c>.</param>
/// <param name="transient">True where the same call may succeed later.</param>
/// <param name="retryAfter">The earliest sensible time, where the far side named one.</param>
public class ConnectorException(string type, string message, bool transient, TimeSpan? retryAfter = null, Exception? cause = null)
    : Exception(message, cause)
{
    /// <summary>One of <c>FailureTypes</c>; becomes the failure's type in Temporal.</summary>
    public string Type { get; } = type;

    public bool IsTransient { get; } = transient;

    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>What the step had done until then, of the type that it returns; travels with the failure. Null where there is nothing to tell.</summary>
    public object? Done { get; init; }
}
