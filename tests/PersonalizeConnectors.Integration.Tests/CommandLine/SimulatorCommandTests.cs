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
    public async Task Simulator_ListenOnAll_NamesTheLoopbackAddress()
    {
        await using var simulator = ProgramProcess.StartCommandLine(["braze-simulator", "--listen", "0.0.0.0", "--port", "0", "--json"], ProgramEnvironment.Of(null));
        await Waiting.ForAsync(() => simulator.Output.TrimEnd().EndsWith('}'), "the simulator");

        var endpoint = new Uri((string)JsonNode.Parse(simulator.Output)!["restEndpointUrl"]!);
        Assert.Equal("127.0.0.1", endpoint.Host);
        Assert.SkipWhen(OperatingSystem.IsMacOS(), "There 127.0.0.2 is no address of the machine's.");
        using var client = new HttpClient();
        // Another address of the loopback network: one that a simulator on 127.0.0.1 does not answer.
        await client.GetStringAsync(new UriBuilder(endpoint) { Host = "127.0.0.2", Path = "/simulator/profiles" }.Uri, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("localhost", 2, "--listen expects an IP address of this machine")]
    [InlineData("192.0.2.1", 1, "192.0.2.1 port 0 cannot be listened on")]
    public async Task Simulator_ListenWhereItCannot_SaysWhatToDo(string address, int exitCode, string sentence)
    {
        var ended = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "braze-simulator", "--port", "0", "--listen", address);

        Assert.Equal(exitCode, ended.ExitCode);
        Assert.Contains(sentence, ended.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
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
