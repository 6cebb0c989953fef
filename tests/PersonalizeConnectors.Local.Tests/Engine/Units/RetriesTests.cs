using Google.Protobuf.WellKnownTypes;
using PersonalizeConnectors.Local.Engine.Executions;
using Temporalio.Api.Common.V1;
using Temporalio.Api.Enums.V1;
using Temporalio.Api.Failure.V1;

namespace PersonalizeConnectors.Local.Tests.Engine.Units;

public sealed class RetriesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(4, 8)]
    [InlineData(5, 10)]
    [InlineData(5000, 10)]
    public void Next_Attempt_WaitsTwiceAsLongUpToTheMaximum(int attempt, double seconds)
    {
        var policy = Retries.WithDefaults(new RetryPolicy { MaximumInterval = Seconds(10) });

        var decision = Retries.Next(policy, attempt, Failed(), Now, null);

        Assert.Equal(new RetryDecision(RetryState.InProgress, TimeSpan.FromSeconds(seconds)), decision);
    }

    [Fact]
    public void WithDefaults_NoPolicy_IsTheServicesOwn()
    {
        var policy = Retries.WithDefaults(null);

        Assert.Equal((Seconds(1), Seconds(100), 2d, 0), (policy.InitialInterval, policy.MaximumInterval, policy.BackoffCoefficient, policy.MaximumAttempts));
    }

    [Fact]
    public void Next_LastAttempt_Ends()
    {
        var policy = Retries.WithDefaults(new RetryPolicy { MaximumAttempts = 3 });

        Assert.True(Retries.Next(policy, 2, Failed(), Now, null).IsRetry);
        Assert.Equal(RetryState.MaximumAttemptsReached, Retries.Next(policy, 3, Failed(), Now, null).State);
    }

    [Fact]
    public void Next_ToldDelay_WinsOverTheMaximum()
    {
        var failure = Failed();
        failure.ApplicationFailureInfo.NextRetryDelay = Seconds(3600);

        var decision = Retries.Next(Retries.WithDefaults(new RetryPolicy { MaximumInterval = Seconds(2) }), 1, failure, Now, null);

        Assert.Equal(TimeSpan.FromHours(1), decision.Interval);
    }

    [Fact]
    public void Next_AsLongAsTheProtocolAllows_IsStillATime()
    {
        var longest = Seconds(TimeSpan.FromDays(3_652_000).TotalSeconds);
        var failure = Failed();
        failure.ApplicationFailureInfo.NextRetryDelay = longest;
        var policy = Retries.WithDefaults(new RetryPolicy { InitialInterval = longest });

        Assert.Equal(TimeSpan.FromDays(36_500), Retries.Next(policy, 1, failure, Now, null).Interval);
        Assert.True(Now + Retries.Next(policy, 9, Failed(), Now, Now.AddDays(1_000_000)).Interval > Now);
        Assert.Equal(TimeSpan.FromDays(36_500), Durations.Of(longest));
    }

    [Fact]
    public void Next_TooLateForTheDeadline_Ends()
    {
        var policy = Retries.WithDefaults(null);

        Assert.True(Retries.Next(policy, 1, Failed(), Now, Now.AddSeconds(1)).IsRetry);
        Assert.Equal(RetryState.Timeout, Retries.Next(policy, 1, Failed(), Now, Now.AddMilliseconds(999)).State);
    }

    [Fact]
    public void IsRetryable_EachKind_IsAsAServiceSays()
    {
        var policy = new RetryPolicy { NonRetryableErrorTypes = { "Hopeless", "TemporalTimeout:Heartbeat" } };
        var final = Failed();
        final.ApplicationFailureInfo.NonRetryable = true;

        Assert.True(Retries.IsRetryable(Failed(), policy));
        Assert.False(Retries.IsRetryable(final, policy));
        Assert.False(Retries.IsRetryable(Failed("Hopeless"), policy));
        Assert.False(Retries.IsRetryable(new Failure { CanceledFailureInfo = new() }, policy));
        Assert.False(Retries.IsRetryable(new Failure { TerminatedFailureInfo = new() }, policy));
        Assert.True(Retries.IsRetryable(TimedOut(TimeoutType.StartToClose), policy));
        Assert.False(Retries.IsRetryable(TimedOut(TimeoutType.Heartbeat), policy));
        Assert.False(Retries.IsRetryable(TimedOut(TimeoutType.ScheduleToStart), policy));
        Assert.False(Retries.IsRetryable(new Failure { ServerFailureInfo = new() { NonRetryable = true } }, policy));
        Assert.True(Retries.IsRetryable(new Failure { Message = "of no kind" }, policy));
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(3, 10)]
    [InlineData(4, 15)]
    [InlineData(6, 30)]
    [InlineData(400, 610)]
    public void WorkflowTaskTimeout_LaterAttempts_GetLonger(int attempt, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), WorkflowTaskTimeout.Of(Seconds(10), attempt));

    private static Failure Failed(string type = "") => new() { ApplicationFailureInfo = new ApplicationFailureInfo { Type = type } };

    private static Failure TimedOut(TimeoutType type) => new() { TimeoutFailureInfo = new TimeoutFailureInfo { TimeoutType = type } };

    private static Duration Seconds(double seconds) => Duration.FromTimeSpan(TimeSpan.FromSeconds(seconds));
}
