using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Tests.Fakes;

namespace PersonalizeConnectors.Workflows.Tests.Jobs;

/// <summary>Two shards of 50 users in the state each; what a connector's Delta says differs by shard, so that only sums can be right.</summary>
public abstract class ConnectorJobGuardTests(ITemporalServer server)
{
    [Theory]
    [InlineData("maxChangeRate", 31, 0, "31 of 100 users would be changed, 31 %, and maxChangeRate allows 30 %")]
    [InlineData("maxRemovalRate", 0, 21, "21 of 100 users would be removed, 21 %, and maxRemovalRate allows 20 %")]
    public async Task Guard_AboveItsRate_TripsBetweenDeltaAndWrite(string guard, int changed, int removed, string expected)
    {
        var host = Host(changed, removed);

        var failure = await host.FailAsync();

        Assert.Equal(FailureTypes.GuardTripped, failure.ErrorType);
        Assert.Contains(guard, failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.Contains("--override-guards", failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, host.Steps.Names.Count(n => n == "Delta/braze"));
        Assert.DoesNotContain("Write/braze", host.Steps.Names);
        Assert.DoesNotContain("CommitState/braze", host.Steps.Names);
        Assert.Empty(host.Deliver.Calls);
        Assert.Equal(failure.Message, host.Steps.Report!.Connectors.Single().Failure);
        Assert.False(host.Steps.Report.KeepStaging);
    }

    [Fact]
    public async Task Guard_ExactlyAtItsRate_DoesNotTrip()
    {
        var host = Host(changed: 30, removed: 20);

        var result = await host.ExecuteAsync();

        Assert.Equal(RunStatus.Completed, result.Status);
        Assert.Equal((30L, 20L), (result.Users.Changed, result.Users.Removed));
    }

    [Fact]
    public async Task Guard_Overridden_DoesNotTrip()
    {
        var host = Host(changed: 100, removed: 100);

        await host.ExecuteAsync(new ConnectorJobInput { JobPath = host.JobPath, OverrideGuards = true });

        Assert.Contains("Write/braze", host.Steps.Names);
    }

    [Fact]
    public async Task Guard_TurnedOff_DoesNotTrip()
    {
        var host = Host(changed: 100, removed: 100);
        host.Steps.Plan = host.Steps.Plan with { MaxChangeRate = null, MaxRemovalRate = null };

        await host.ExecuteAsync();

        Assert.Contains("Write/braze", host.Steps.Names);
    }

    [Fact]
    public async Task Guard_NoStateYet_DoesNotTrip()
    {
        var host = Host(changed: 100, removed: 100);
        var delta = host.Steps.Delta;
        host.Steps.Delta = input => delta(input) with { StateUsers = 0 };

        await host.ExecuteAsync();

        Assert.Contains("Write/braze", host.Steps.Names);
    }

    [Fact]
    public async Task Guard_NewUsersOnly_DoesNotTrip()
    {
        var host = Host(changed: 0, removed: 0);
        host.Steps.Delta = _ => new() { Updates = 1000, StateUsers = 50, Users = new UserCounts(Total: 1050, New: 1000, Unchanged: 50) };

        await host.ExecuteAsync();

        Assert.Contains("Write/braze", host.Steps.Names);
    }

    [Fact]
    public async Task Guard_OneOfTwoConnectors_StopsThatOneAlone()
    {
        var host = Host(changed: 0, removed: 0);
        host.Steps.Plan = host.Steps.Plan with { Connectors = [FakePlans.Braze("one"), FakePlans.Braze("two")] };
        var delta = host.Steps.Delta;
        host.Steps.Delta = input => input.Connector == "one" ? delta(input) with { Users = new UserCounts(Removed: 11) } : delta(input);

        var failure = await host.FailAsync();

        Assert.StartsWith("one: 22 of 100 users would be removed", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Write/one", host.Steps.Names);
        Assert.Equal(3, host.Steps.Names.Count(n => n == "CommitState/two"));
        Assert.Equal([failure.Message, null], host.Steps.Report!.Connectors.Select(c => c.Failure));
    }

    private WorkflowHost Host(int changed, int removed)
    {
        var host = new WorkflowHost(server);
        host.Steps.Plan = FakePlans.UserKeyed() with { MaxChangeRate = 0.3, MaxRemovalRate = 0.2 };
        host.Steps.Delta = input => new()
        {
            Updates = 5,
            StateUsers = 50,
            Users = new UserCounts(Changed: input.Shard == 0 ? changed : 0, Removed: input.Shard == 1 ? removed : 0),
        };
        return host;
    }
}

public sealed class ConnectorJobGuardTestsOnEngine(EngineFixture engine) : ConnectorJobGuardTests(engine);

public sealed class ConnectorJobGuardTestsOnServer(TemporalServerFixture server) : ConnectorJobGuardTests(server);
