using Google.Protobuf.WellKnownTypes;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;

namespace PersonalizeConnectors.Local.Engine.Executions;

/// <summary>Whether and when an attempt is followed by another, by a retry policy.</summary>
internal static class Retries
{
    private const double MaximumIntervalFactor = 100;
    private static readonly TimeSpan DefaultInitialInterval = TimeSpan.FromSeconds(1);

    public static RetryPolicy WithDefaults(RetryPolicy? policy)
    {
        var full = policy?.Clone() ?? new RetryPolicy();
        if (Durations.Of(full.InitialInterval) <= TimeSpan.Zero)
        {
            full.InitialInterval = Duration.FromTimeSpan(DefaultInitialInterval);
        }

        if (Durations.Of(full.MaximumInterval) <= TimeSpan.Zero)
        {
            full.MaximumInterval = Duration.FromTimeSpan(Durations.Of(full.InitialInterval) * MaximumIntervalFactor);
        }

        if (full.BackoffCoefficient == 0)
        {
            full.BackoffCoefficient = 2;
        }

        return full;
    }

    /// <summary>What follows an attempt that failed.</summary>
    /// <param name="attempt">The attempt that failed; the first is 1.</param>
    /// <param name="expiration">An attempt that could only begin later is none.</param>
    public static RetryDecision Next(RetryPolicy policy, int attempt, Failure failure, DateTimeOffset now, DateTimeOffset? expiration)
    {
        if (!IsRetryable(failure, policy))
        {
            return RetryDecision.No(RetryState.NonRetryableFailure);
        }

        if (policy.MaximumAttempts > 0 && attempt >= policy.MaximumAttempts)
        {
            return RetryDecision.No(RetryState.MaximumAttemptsReached);
        }

        var interval = failure.ApplicationFailureInfo?.NextRetryDelay is { } told ? Durations.Of(told) : Interval(policy, attempt);
        return now + interval > expiration ? RetryDecision.No(RetryState.Timeout) : new RetryDecision(RetryState.InProgress, interval);
    }

    public static bool IsRetryable(Failure failure, RetryPolicy policy) => failure.FailureInfoCase switch
    {
        Failure.FailureInfoOneofCase.TerminatedFailureInfo or Failure.FailureInfoOneofCase.CanceledFailureInfo => false,
        Failure.FailureInfoOneofCase.TimeoutFailureInfo => failure.TimeoutFailureInfo.TimeoutType is TimeoutType.StartToClose or TimeoutType.Heartbeat
            && !policy.NonRetryableErrorTypes.Contains($"TemporalTimeout:{failure.TimeoutFailureInfo.TimeoutType}"),
        Failure.FailureInfoOneofCase.ServerFailureInfo => !failure.ServerFailureInfo.NonRetryable,
        Failure.FailureInfoOneofCase.ApplicationFailureInfo => !failure.ApplicationFailureInfo.NonRetryable
            && !policy.NonRetryableErrorTypes.Contains(failure.ApplicationFailureInfo.Type),
        _ => true,
    };

    private static TimeSpan Interval(RetryPolicy policy, int attempt)
    {
        var maximum = Durations.Of(policy.MaximumInterval);
        var seconds = Durations.Of(policy.InitialInterval).TotalSeconds * Math.Pow(policy.BackoffCoefficient, attempt - 1);
        return seconds >= maximum.TotalSeconds ? maximum : TimeSpan.FromSeconds(seconds);
    }
}

/// <param name="State">InProgress: there is another attempt, after <paramref name="Interval"/>.</param>
internal readonly record struct RetryDecision(RetryState State, TimeSpan Interval)
{
    public static RetryDecision No(RetryState state) => new(state, TimeSpan.Zero);

    public bool IsRetry => State == RetryState.InProgress;
}
