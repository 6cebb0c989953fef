using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Tests.Fakes;
using Temporalio.Exceptions;

namespace PersonalizeConnectors.Workflows.Tests.Jobs;

public abstract class ConnectorJobFailureTests(ITemporalServer server)
{
    [Theory]
    [InlineData("Recover", FailureTypes.DamagedState, false)]
    [InlineData("Plan", FailureTypes.InputChanged, false)]
    [InlineData("Load", FailureTypes.InputChanged, false)]
    [InlineData("SplitErrors", FailureTypes.GuardTripped, false)]
    [InlineData("Table", FailureTypes.Storage, false)]
    [InlineData("Join", FailureTypes.InputChanged, false)]
    [InlineData("Decorate/braze", FailureTypes.UnknownItems, false)]
    [InlineData("Delta/braze", FailureTypes.DamagedState, false)]
    [InlineData("Write/braze", FailureTypes.Storage, false)]
    [InlineData("CommitState/braze", FailureTypes.JobAlreadyRunning, true)]
    public async Task Run_StepFails_ReportsItAndFailsTheSameWay(string step, string type, bool keepsStaging)
    {
        var host = new WorkflowHost(server);
        host.Steps.Plan = FakePlans.ItemKeyed();
        host.Steps.Delta = _ => FakePlans.New(10);
        host.Steps.Failures[step] = Failure("what, where and the cure", type);

        var failure = await host.FailAsync();

        Assert.Equal((type, "what, where and the cure", true), (failure.ErrorType, failure.Message, failure.NonRetryable));
        var report = host.Steps.Report!;
        Assert.Equal(("what, where and the cure", false, keepsStaging), (report.Failure, report.Canceled, report.KeepStaging));
        Assert.Equal("Report", host.Steps.Names[^1]);
        Assert.Contains(step, host.Steps.Names);
        var result = failure.Details.ElementAt<ConnectorJobResult>(0);
        Assert.Equal((report.Run.RunId, RunStatus.Failed, failure.Message), (result.RunId, result.Status, result.Failure));
    }

    [Theory]
    [InlineData("Recover", FailureTypes.JobAlreadyRunning)]
    [InlineData("Recover", FailureTypes.LocationRefused)]
    [InlineData("Plan", FailureTypes.InvalidConfiguration)]
    public async Task Run_FailsBeforeAnythingIsWritten_MakesNoReport(string step, string type)
    {
        var host = new WorkflowHost(server);
        host.Steps.Failures[step] = Failure("every problem at once", type);

        var failure = await host.FailAsync();

        Assert.Equal((type, "every problem at once"), (failure.ErrorType, failure.Message));
        Assert.Equal(step, host.Steps.Names[^1]);
        Assert.Equal(0, failure.Details.Count);
    }

    [Fact]
    public async Task Run_ReportFails_FailsSayingSo()
    {
        var host = new WorkflowHost(server);
        host.Steps.Failures["Report"] = Failure("the disk is full", FailureTypes.Storage);

        var failure = await host.FailAsync();

        Assert.Equal((FailureTypes.Storage, "the disk is full"), (failure.ErrorType, failure.Message));
    }

    [Fact]
    public async Task Run_ReportFailsAfterAStepDid_FailsWithTheStepsFailure()
    {
        var host = new WorkflowHost(server);
        host.Steps.Failures["SplitErrors"] = Failure("too many errors", FailureTypes.GuardTripped);
        host.Steps.Failures["Report"] = Failure("the disk is full", FailureTypes.Storage);

        var failure = await host.FailAsync();

        Assert.Equal(FailureTypes.GuardTripped, failure.ErrorType);
        Assert.Contains("too many errors", failure.Message, StringComparison.Ordinal);
        Assert.Contains("the disk is full", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_DeliveryFails_CommitsEveryShardPublishesAndReports()
    {
        var host = new WorkflowHost(server);
        host.Steps.Delta = _ => FakePlans.New(250);
        host.Steps.Commit = input => new(input.Shard is null ? 0 : 60, 0, 190, 60, new());
        host.Deliver.Answer = input => input.Range.Number == 1
            ? throw Failure("the endpoint answered 401", FailureTypes.DestinationRefused)
            : Task.FromResult(new DeliverResult(input.Range.Count, 0, 0, new RequestCounts(2)));

        var failure = await host.FailAsync();

        Assert.Equal((FailureTypes.DestinationRefused, "the endpoint answered 401"), (failure.ErrorType, failure.Message));
        Assert.Equal(2, host.Deliver.Calls.Count);
        Assert.Equal([0, 1, null], host.Steps.Inputs<CommitStateInput>().Select(c => c.Shard).OrderBy(s => s ?? int.MaxValue));
        var report = host.Steps.Report!;
        Assert.False(report.KeepStaging);
        Assert.Equal((120L, 380L), (report.Connectors.Single().Users.Accepted, report.Connectors.Single().Users.Unknown));
    }

    [Fact]
    public async Task Run_DeliveryAndCommitFail_ReportsTheDeliveryAndKeepsStaging()
    {
        var host = new WorkflowHost(server);
        host.Steps.Delta = _ => FakePlans.New(10);
        host.Deliver.Answer = _ => throw Failure("the endpoint stays away", FailureTypes.DestinationUnavailable);
        host.Steps.Failures["CommitState/braze"] = Failure("the disk is full", FailureTypes.Storage);

        var failure = await host.FailAsync();

        Assert.Equal(FailureTypes.DestinationUnavailable, failure.ErrorType);
        Assert.True(host.Steps.Report!.KeepStaging);
    }

    [Fact]
    public async Task Run_UsersUnknownAfterDelivery_FailsAfterCommitting()
    {
        var host = new WorkflowHost(server);
        host.Steps.Delta = _ => FakePlans.New(10);
        host.Deliver.Answer = input => Task.FromResult(new DeliverResult(input.Range.Count - 3, 0, 3, new RequestCounts(1)));

        var failure = await host.FailAsync();

        Assert.Equal(FailureTypes.DestinationUnavailable, failure.ErrorType);
        Assert.Contains("3 users", failure.Message, StringComparison.Ordinal);
        Assert.Null(host.Steps.Inputs<CommitStateInput>().Last().Shard);
    }

    [Theory]
    [InlineData("braze", "email")]
    [InlineData("braze", "braze")]
    public async Task Run_OneOfTwoConnectorsFails_CompletesTheOtherAndReportsBoth(string firstType, string secondType)
    {
        var host = new WorkflowHost(server);
        host.Steps.Plan = FakePlans.UserKeyed(2, 2, new("first", firstType, "direct", 100), new("second", secondType, "direct", 100));
        host.Steps.Delta = _ => FakePlans.New(10);
        host.Deliver.Answer = input => input.Connector == "first"
            ? throw Failure("the endpoint answered 401", FailureTypes.DestinationRefused)
            : Task.FromResult(new DeliverResult(input.Range.Count, 0, 0, new RequestCounts(1)));

        var failure = await host.FailAsync();

        Assert.Equal((FailureTypes.DestinationRefused, "first: the endpoint answered 401"), (failure.ErrorType, failure.Message));
        var report = host.Steps.Report!;
        Assert.Equal(["first", "second"], report.Connectors.Select(c => c.Name));
        Assert.Equal(["first: the endpoint answered 401", null], report.Connectors.Select(c => c.Failure));
        foreach (var connector in new[] { "first", "second" })
        {
            Assert.Equal(3, host.Steps.Inputs<CommitStateInput>().Count(c => c.Connector == connector));
            Assert.Equal([20L], host.Deliver.Calls.Where(c => c.Connector == connector).Select(c => c.Range.Count));
        }
    }

    [Fact]
    public async Task Run_RejectedUsers_CompletesWithRejections()
    {
        var host = new WorkflowHost(server);
        host.Steps.Delta = _ => FakePlans.New(10);
        host.Steps.Commit = input => new(input.Shard is null ? 0 : 8, input.Shard is null ? 0 : 2, 0, 8, new());

        var result = await host.ExecuteAsync();

        Assert.Equal(RunStatus.CompletedWithRejections, result.Status);
        Assert.Equal((16L, 4L), (result.Users.Accepted, result.Users.Rejected));
    }

    [Fact]
    public async Task Run_OneOfManyChunksFails_StartsNoFurtherOnes()
    {
        var host = new WorkflowHost(server);
        host.Steps.Plan = FakePlans.UserKeyed(chunks: 200);
        host.Steps.Failures["Load"] = Failure("the file changed", FailureTypes.InputChanged);

        await host.FailAsync();

        Assert.InRange(host.Steps.Names.Count(n => n == "Load"), 1, 199);
    }

    private static ApplicationFailureException Failure(string message, string type) => new(message, errorType: type, nonRetryable: true);
}

public sealed class ConnectorJobFailureTestsOnEngine(EngineFixture engine) : ConnectorJobFailureTests(engine);

public sealed class ConnectorJobFailureTestsOnServer(TemporalServerFixture server) : ConnectorJobFailureTests(server);
