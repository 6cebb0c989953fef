using PersonalizeConnectors.Local.Tests.Engine.Harness;
using PersonalizeConnectors.Tests.Shared;
using Temporalio.Workflows;

namespace PersonalizeConnectors.Local.Tests.Engine;

public abstract class TimerCases(ITemporalServer server) : ConformanceTests(server)
{
    [Fact]
    public Task Timer_Fires_AfterItsTime() => PlayAsync(async stage =>
    {
        stage.Workflow("Main", async _ =>
        {
            await Workflow.DelayAsync(TimeSpan.FromMilliseconds(200));
            return "fired";
        });

        await stage.WorkAsync(async () => await stage.EndAsync(await stage.StartAsync("Main")));
    });

    [Fact]
    public Task Timers_OfDifferentLength_FireInTheOrderOfTheirTimes() => PlayAsync(async stage =>
    {
        stage.Workflow("Main", async _ =>
        {
            var order = "";
            async Task WaitAsync(int tenths)
            {
                await Workflow.DelayAsync(TimeSpan.FromMilliseconds(tenths * 100));
                order += $"{tenths} ";
            }

            await Workflow.WhenAllAsync(WaitAsync(40), WaitAsync(5), WaitAsync(20));
            return order;
        });

        await stage.WorkAsync(async () => await stage.EndAsync(await stage.StartAsync("Main")));
    });

    [Fact]
    public Task Timer_Canceled_DoesNotFire() => PlayAsync(async stage =>
    {
        stage.Workflow("Main", async script =>
        {
            var signaled = await Workflow.WaitConditionAsync(() => script.Signals.Count > 0, TimeSpan.FromHours(1));
            return signaled ? "signaled" : "timed out";
        });

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            await Stage.IdleAsync(main);
            await main.SignalAsync("Signal", ["go"]);
            await stage.EndAsync(main);
        });
    });

    [Fact]
    public Task Timer_CanceledWithTheWorkflow_EndsTheWait() => PlayAsync(async stage =>
    {
        stage.Workflow("Main", async _ =>
        {
            await Workflow.DelayAsync(TimeSpan.FromHours(1));
            return null;
        });

        await stage.WorkAsync(async () =>
        {
            var main = await stage.StartAsync("Main");
            await Stage.IdleAsync(main);
            await main.CancelAsync();
            await stage.EndAsync(main);
        });
    });
}

public sealed class TimerCasesOnEngine(EngineFixture engine) : TimerCases(engine);

public sealed class TimerCasesOnServer(TemporalServerFixture server) : TimerCases(server);
