using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Tests.Fakes;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Workflows.Tests.Jobs;

public abstract class ConnectorJobIdentityTests(ITemporalServer server)
{
    [Fact]
    public async Task Run_UnderAnotherId_RunsUnderTheJobsIdAndGivesItsResult()
    {
        var host = new WorkflowHost(server);

        var result = await host.ExecuteAsync(workflowId: $"nightly-{Guid.NewGuid():N}");

        var recover = Assert.Single(host.Steps.Inputs<RecoverInput>());
        Assert.Equal(host.JobId, recover.WorkflowId);
        Assert.Equal(recover.Run.RunId, result.RunId);
        Assert.Equal(RunStatus.Completed, result.Status);
    }

    [Fact]
    public async Task Run_UnderAnotherIdWithEveryOption_HandsThemOn()
    {
        var host = new WorkflowHost(server);
        var input = new ConnectorJobInput { JobPath = host.JobPath + "/", FullResync = true, Users = ["a", "é\"\\😀"], Limit = 7, OverrideGuards = true };

        await host.ExecuteAsync(input, $"nightly-{Guid.NewGuid():N}");

        var plan = Assert.Single(host.Steps.Inputs<PlanInput>());
        Assert.Equal(host.JobPath, plan.Run.JobPath);
        Assert.Equal((true, 7L, true), (plan.Options.FullResync, plan.Options.Limit!.Value, plan.Options.OverrideGuards));
        Assert.Equal(["a", "é\"\\😀"], plan.Options.Users!);
    }

    [Fact]
    public async Task Run_UnderAnotherIdAndFailing_FailsAsTheJobDid()
    {
        var host = new WorkflowHost(server);
        host.Steps.Failures["SplitErrors"] = new("too many errors", errorType: FailureTypes.GuardTripped, nonRetryable: true);

        var failure = await host.FailAsync(workflowId: $"nightly-{Guid.NewGuid():N}");

        Assert.Equal((FailureTypes.GuardTripped, "too many errors"), (failure.ErrorType, failure.Message));
        Assert.Equal(RunStatus.Failed, failure.Details.ElementAt<ConnectorJobResult>(0).Status);
    }

    [Fact]
    public async Task Run_WhileOneRuns_FailsNamingTheId()
    {
        var host = new WorkflowHost(server);
        var gate = new OpenGate();
        host.Steps.Waits["Plan"] = gate.WaitAsync;

        await host.RunAsync(async () =>
        {
            var first = await host.StartAsync();
            await gate.Begun;
            var second = await host.StartAsync(workflowId: $"nightly-{Guid.NewGuid():N}");

            var failed = await Assert.ThrowsAsync<WorkflowFailedException>(() => second.GetResultAsync());
            var failure = Assert.IsType<ApplicationFailureException>(failed.InnerException);
            Assert.Equal(FailureTypes.JobAlreadyRunning, failure.ErrorType);
            Assert.True(failure.NonRetryable);
            Assert.Contains(host.JobId, failure.Message, StringComparison.Ordinal);

            var taken = await Assert.ThrowsAsync<WorkflowAlreadyStartedException>(() => host.StartAsync());
            Assert.Equal(host.JobId, taken.WorkflowId);

            gate.Open();
            Assert.Equal(RunStatus.Completed, (await first.GetResultAsync()).Status);
        });
        Assert.Single(host.Steps.Inputs<ReportInput>());
    }

    [Theory]
    [InlineData("terminate")]
    [InlineData("cancel")]
    [InlineData("timeout")]
    public async Task Run_OuterRunEnds_FreesTheJobsId(string end)
    {
        var host = new WorkflowHost(server);
        var gate = new CancelGate();
        host.Steps.Waits["Load"] = gate.UntilCanceledAsync;

        await host.RunAsync(async () =>
        {
            var options = host.Options($"nightly-{Guid.NewGuid():N}");
            options.ExecutionTimeout = end == "timeout" ? TimeSpan.FromSeconds(2) : options.ExecutionTimeout;
            var outer = await host.Client.StartWorkflowAsync("ConnectorJob", [new ConnectorJobInput { JobPath = host.JobPath }], options);
            await gate.Begun;
            var inner = host.Job;
            await (end switch
            {
                "terminate" => outer.TerminateAsync(),
                "cancel" => outer.CancelAsync(),
                _ => Task.CompletedTask,
            });

            await Assert.ThrowsAsync<WorkflowFailedException>(() => outer.GetResultAsync());
            var ended = await Assert.ThrowsAsync<WorkflowFailedException>(() => inner.GetResultAsync());
            Assert.IsType<CanceledFailureException>(ended.InnerException);
            Assert.True(gate.SawCancel);

            host.Steps.Waits.Remove("Load");
            Assert.Equal(RunStatus.Completed, (await (await host.StartAsync()).GetResultAsync()).Status);
        });
    }

    [Fact]
    public async Task Run_PathOf1000Characters_RunsUnderAHashedId()
    {
        var host = new WorkflowHost(server);
        host.Steps.Delta = _ => FakePlans.New(10);
        var input = new ConnectorJobInput { JobPath = $"/jobs/{Guid.NewGuid():N}/" + string.Concat(Enumerable.Repeat("日本語の仕事", 160)) };

        var result = await host.ExecuteAsync(input, $"nightly-{Guid.NewGuid():N}");

        Assert.Equal(RunStatus.Completed, result.Status);
        Assert.Equal(input.JobPath, host.Steps.Report!.Run.JobPath);
        Assert.Equal("job:".Length + 64, host.Steps.Report.WorkflowId.Length);
    }

    [Fact]
    public async Task Run_Twice_GivesEachRunAnIdOfItsOwn()
    {
        var host = new WorkflowHost(server);

        var first = await host.ExecuteAsync();
        var second = await host.ExecuteAsync();

        Assert.Matches("^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}$", first.RunId);
        Assert.NotEqual(first.RunId, second.RunId);
    }
}

public sealed class ConnectorJobIdentityTestsOnEngine(EngineFixture engine) : ConnectorJobIdentityTests(engine);

public sealed class ConnectorJobIdentityTestsOnServer(TemporalServerFixture server) : ConnectorJobIdentityTests(server);
