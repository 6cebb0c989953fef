using System.Text.Json.Nodes;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Braze;

namespace PersonalizeConnectors.Integration.Tests.CommandLine;

public sealed class SimulatorCommandTests
{
    [Fact]
    public async Task Simulator_Json_PrintsWhereItIsAndEndsWithCtrlC()
    {
        await using var simulator = ProgramProcess.StartCommandLine(["braze-simulator", "--port", "0", "--json"], ProgramEnvironment.Of(null));
        await Waiting.ForAsync(() => simulator.Output.TrimEnd().EndsWith('}'), "the simulator");

        await Schema.AssertFitsAsync("braze-simulator", simulator.Output);
        using var client = new HttpClient();
        await client.GetStringAsync(new Uri((string)JsonNode.Parse(simulator.Output)!["profiles"]!), TestContext.Current.CancellationToken);
        await simulator.SignalAsync("INT");
        Assert.Equal(0, await simulator.ExitAsync());
    }

    [Fact]
    public async Task Simulator_PortThatIsTaken_SaysWhatToDo()
    {
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);

        var (exitCode, _, error) = await ProgramProcess.RunAsync(
            ProgramEnvironment.Of(null), "braze-simulator", "--port", braze.Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(1, exitCode);
        Assert.Contains("--port", error, StringComparison.Ordinal);
    }
}
