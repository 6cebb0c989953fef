using System.Text.Json.Nodes;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Tests.Shared;

namespace PersonalizeConnectors.Integration.Tests.Worker;

/// <summary>The worker as a service: what a supervisor sees of it.</summary>
public sealed class WorkerProcessTests(TemporalServerFixture server)
{
    [Fact]
    public async Task Health_ServiceThatComesAndGoes_IsReadyWhileItIsThere()
    {
        await using var temporal = await DurableTemporal.StartAsync();
        await temporal.StopAsync();
        using var health = new HealthProbe();
        var environment = ProgramEnvironment.Of(null, temporal.Address);
        environment["Worker__Logs"] = "json";
        health.AddTo(environment);
        await using var worker = ProgramProcess.StartWorker(environment);
        await Waiting.ForAsync(() => worker.Output.Contains("waits for it", StringComparison.Ordinal), "the worker to say that it waits");

        Assert.Equal((503, "starting"), await health.AskAsync("ready"));
        Assert.Equal(200, (await health.AskAsync("live")).Code);
        await temporal.StartAgainAsync();
        await Waiting.ForAsync(health.IsReadyAsync, "the worker to poll");
        await temporal.StopAsync();
        await Waiting.ForAsync(async () => (await health.AskAsync("ready")).Code == 503, "the outage to show");
        Assert.Equal(200, (await health.AskAsync("live")).Code);
        await temporal.StartAgainAsync();
        await Waiting.ForAsync(health.IsReadyAsync, "the worker to be ready again");
        await worker.SignalAsync("TERM");

        Assert.Equal(0, await worker.ExitAsync());
        var lines = worker.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        Assert.All(lines, line => Assert.True(line.ContainsKey("Timestamp") && line.ContainsKey("Message"), line.ToJsonString()));
        Assert.Contains(lines, line => ((string)line["Message"]!).Contains("temporal operator search-attribute create", StringComparison.Ordinal));
        Assert.Empty(worker.Error);
    }

    [Fact]
    public async Task Start_MissingNamespace_ExitsWith4AndSaysHowToCreateIt()
    {
        var environment = ProgramEnvironment.Of(null, server.Client.Connection.Options.TargetHost);
        environment["TEMPORAL_NAMESPACE"] = "nowhere";
        await using var worker = ProgramProcess.StartWorker(environment);

        Assert.Equal(4, await worker.ExitAsync());
        Assert.Contains("temporal operator namespace create --namespace nowhere", worker.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_HealthPortTaken_ExitsWith2AndNamesTheSetting()
    {
        using var health = new HealthProbe();
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Any, health.Port);
        listener.Start();
        var environment = ProgramEnvironment.Of(null, "127.0.0.1:1");
        health.AddTo(environment);
        await using var worker = ProgramProcess.StartWorker(environment);

        Assert.Equal(2, await worker.ExitAsync());
        Assert.Contains("Worker__HealthPort", worker.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_WhileItWaitsForTheService_EndsAtOnce()
    {
        await using var worker = ProgramProcess.StartWorker(ProgramEnvironment.Of(null, "127.0.0.1:1"));
        await Waiting.ForAsync(() => worker.Output.Contains("waits for it", StringComparison.Ordinal), "the worker to say that it waits");

        await worker.SignalAsync("TERM");

        Assert.Equal(0, await worker.ExitAsync());
    }
}
