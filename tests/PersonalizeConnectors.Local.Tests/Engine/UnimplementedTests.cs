using PersonalizeConnectors.Local.Tests.Engine.Harness;
using PersonalizeConnectors.Tests.Shared;
using Temporalio.Client.Schedules;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Local.Tests.Engine;

/// <summary>What only a Temporal service carries; the engine says so by name.</summary>
public sealed class UnimplementedTests(EngineFixture engine)
{
    [Fact]
    public async Task CreateSchedule_OnTheEngine_NamesTheCallAndTheCure()
    {
        var schedule = new Schedule(
            ScheduleActionStartWorkflow.Create("Main", [null], new("nightly", "nobody")), new() { Intervals = [new(TimeSpan.FromHours(1))] });

        var refused = await Assert.ThrowsAsync<RpcException>(() => engine.Client.CreateScheduleAsync("nightly", schedule));

        Assert.Equal(RpcException.StatusCode.Unimplemented, refused.Code);
        Assert.Contains("CreateSchedule", refused.Message, StringComparison.Ordinal);
        Assert.Contains("TEMPORAL_ADDRESS", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Update_OnTheEngine_NamesTheCall()
    {
        var stage = new Stage(engine.Client);
        var main = await stage.StartAsync("Main");

        var refused = await Assert.ThrowsAsync<RpcException>(() => main.ExecuteUpdateAsync("Update", [], new() { Rpc = new() { Timeout = TimeSpan.FromSeconds(20) } }));

        Assert.Equal(RpcException.StatusCode.Unimplemented, refused.Code);
        Assert.Contains("UpdateWorkflowExecution", refused.Message, StringComparison.Ordinal);
        await main.TerminateAsync();
    }
}
