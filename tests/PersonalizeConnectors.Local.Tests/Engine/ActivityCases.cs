using PersonalizeConnectors.Local.Tests.Engine.Harness;
using PersonalizeConnectors.Tests.Shared;
using Temporalio.Activities;
using Temporalio.Exceptions;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Local.Tests.Engine;

public abstract class ActivityCases(ITemporalServer server) : ConformanceTests(server)
{
    private static readonly ActivityOptions Fast = new()
    {
        StartToCloseTimeout = ScriptWorkflow.Long,
        RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(50), BackoffCoefficient = 1, MaximumAttempts = 5, NonRetryableErrorTypes = ["Hopeless"] },
    };

    [Fact]
    public Task Activity_Succeeds_GivesItsResult() => PlayAsync(async stage =>
    {
        stage.Activity("Greet", name => $"Hello, {name}");
        stage.Workflow("Main", _ => ScriptWorkflow.CallAsync("Greet", new() { StartToCloseTimeout = ScriptWorkflow.Long }, "you"));

        await stage.WorkAsync(async () => await stage.EndAsync(await stage.StartAsync("Main", input: "unused")));
    });

    [Fact]
    public Task Activities_OneAfterAnother_EachSchedulesATask() => PlayAsync(async stage =>
    {
        stage.Activity("Next", text => text + "*");
        stage.Workflow("Main", async _ => await ScriptWorkflow.CallAsync("Next", Fast, await ScriptWorkflow.CallAsync("Next", Fast, "")));

        await stage.WorkAsync(async () => await stage.EndAsync(await stage.StartAsync("Main")));
    });

    [Fact]
    public Task Activity_FailsTwice_IsRetriedAndCounted() => PlayAsync(async stage =>
    {
        stage.Activity("Flaky", _ => ActivityExecutionContext.Current.Info.Attempt < 3
            ? throw new ApplicationFailureException("not yet", errorType: "Busy")
            : $"attempt {ActivityExecutionContext.Current.Info.Attempt}");
        stage.Workflow("Main", _ => ScriptWorkflow.CallAsync("Flaky", Fast));

        await stage.WorkAsync(async () => await stage.EndAsync(await stage.StartAsync("Main")));
    });

    [Theory]
    [InlineData("Hopeless", false)]
    [InlineData("Refused", true)]
    public Task Activity_FailsForGood_IsNotRetried(string type, bool nonRetryable) => PlayAsync(
        async stage =>
        {
            stage.Activity("Broken", _ => throw new ApplicationFailureException("no", errorType: type, nonRetryable: nonRetryable, details: ["why", 7]));
            stage.Workflow("Main", _ => ScriptWorkflow.CallAsync("Broken", Fast));

            await stage.WorkAsync(async () => await stage.EndAsync(await stage.StartAsync("Main")));
        },
        $"{nameof(Activity_FailsForGood_IsNotRetried)}.{type}");

    [Fact]
    public Task Activity_NamesTheNextDelay_IsRetriedThen() => PlayAsync(async stage =>
    {
        stage.Activity("Limited", _ => ActivityExecutionContext.Current.Info.Attempt == 1
            ? throw new ApplicationFailureException("slow down", nextRetryDelay: TimeSpan.FromMilliseconds(100))
            : "sent");
        stage.Workflow("Main", _ => ScriptWorkflow.CallAsync(
            "Limited", new() { StartToCloseTimeout = ScriptWorkflow.Long, RetryPolicy = new() { InitialInterval = TimeSpan.FromHours(1), MaximumInterval = TimeSpan.FromHours(1) } }));

        await stage.WorkAsync(async () => await stage.EndAsync(await stage.StartAsync("Main")));
    });

    [Fact]
    public Task Activity_FailsOnEveryAttempt_EndsWithTheLastFailure() => PlayAsync(async stage =>
    {
        stage.Activity("Broken", _ => throw new InvalidOperationException(
            $"attempt {ActivityExecutionContext.Current.Info.Attempt}", new ApplicationFailureException("the cause", errorType: "Cause")));
        stage.Workflow("Main", _ => ScriptWorkflow.CallAsync("Broken", Fast));

        await stage.WorkAsync(async () => await stage.EndAsync(await stage.StartAsync("Main")));
    });

    [Fact]
    public Task Activity_UnknownToTheWorker_IsRetriedThenFails() => PlayAsync(async stage =>
    {
        stage.Activity("Other", _ => null);
        stage.Workflow("Main", _ => ScriptWorkflow.CallAsync(
            "Missing", new() { StartToCloseTimeout = ScriptWorkflow.Long, RetryPolicy = new() { InitialInterval = TimeSpan.FromMilliseconds(50), MaximumAttempts = 2 } }));

        await stage.WorkAsync(async () => await stage.EndAsync(await stage.StartAsync("Main")));
    });

    [Fact]
    public Task Activities_InParallel_AreScheduledTogether() => PlayAsync(async stage =>
    {
        var gates = new[] { new Gate(), new Gate() };
        stage.WaitingActivity("Wait", async input =>
        {
            await gates[int.Parse(input!, System.Globalization.CultureInfo.InvariantCulture)].PassAsync();
            return input;
        });
        stage.Workflow("Main", async script =>
        {
            var both = new[] { ScriptWorkflow.CallAsync("Wait", Fast, "0"), ScriptWorkflow.CallAsync("Wait", Fast, "1") };
            return string.Join(',', await Workflow.WhenAllAsync(both));
        });

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            await Task.WhenAll(gates.Select(gate => gate.Begun));
            gates[1].Open();
            await Stage.UntilAsync(main, events => events.Count(e => e.EventType == Temporalio.Api.Enums.V1.EventType.WorkflowTaskCompleted) == 2);
            gates[0].Open();
            await stage.EndAsync(main);
        });
    });
}

public sealed class ActivityCasesOnEngine(EngineFixture engine) : ActivityCases(engine);

public sealed class ActivityCasesOnServer(TemporalServerFixture server) : ActivityCases(server);
