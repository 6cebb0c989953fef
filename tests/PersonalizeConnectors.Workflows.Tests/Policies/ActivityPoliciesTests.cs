using System.Reflection;
using PersonalizeConnectors.Workflows.Policies;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Workflows.Tests.Policies;

public sealed class ActivityPoliciesTests
{
    /// <summary>Every policy there is, found by its return type, so that a new one is looked at too.</summary>
    public static TheoryData<string> Names =>
        [.. typeof(ActivityPolicies).GetMethods(BindingFlags.Public | BindingFlags.Static).Where(m => m.ReturnType == typeof(ActivityOptions)).Select(m => m.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Policy_Any_HeartbeatsWaitsForCancellationAndHasASummary(string name)
    {
        var options = Make(name);

        Assert.Equal(ActivityCancellationType.WaitCancellationCompleted, options.CancellationType);
        Assert.InRange(options.HeartbeatTimeout!.Value, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30));
        Assert.True(options.StartToCloseTimeout > options.HeartbeatTimeout);
        Assert.Equal("what it does", options.Summary);
        Assert.InRange(options.RetryPolicy!.MaximumAttempts, 2, 1000);
    }

    [Fact]
    public void Uncanceled_Any_DoesNotListenToTheRun() =>
        Assert.Equal(CancellationToken.None, ActivityPolicies.Uncanceled(ActivityPolicies.Whole("x")).CancellationToken);

    [Fact]
    public void Deliver_Any_GoesToItsOwnQueueAndNeverEagerly()
    {
        var options = ActivityPolicies.Deliver("x", "queue");

        Assert.Equal("queue", options.TaskQueue);
        Assert.True(options.DisableEagerActivityExecution);
        Assert.Equal(TimeSpan.FromSeconds(10), options.HeartbeatTimeout);
    }

    private static ActivityOptions Make(string name) => name switch
    {
        nameof(ActivityPolicies.Deliver) => ActivityPolicies.Deliver("what it does", "queue"),
        nameof(ActivityPolicies.Drain) => ActivityPolicies.Drain("what it does", "queue"),
        nameof(ActivityPolicies.StoppedBy) => ActivityPolicies.StoppedBy(ActivityPolicies.Piece("what it does"), CancellationToken.None),
        nameof(ActivityPolicies.Uncanceled) => ActivityPolicies.Uncanceled(ActivityPolicies.Piece("what it does")),
        _ => (ActivityOptions)typeof(ActivityPolicies).GetMethod(name)!.Invoke(null, ["what it does"])!,
    };
}
