using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Braze;
using PersonalizeConnectors.Tests.Shared;
using PersonalizeConnectors.Workflows.Contracts;
using PersonalizeConnectors.Workflows.Jobs;
using Temporalio.Client;

namespace PersonalizeConnectors.Integration.Tests.CommandLine;

/// <summary><c>dev</c>: the whole of a local service from one command.</summary>
public sealed class DevCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pc-dev-");
    private readonly int _port = FreePorts.Take();
    private readonly int _uiPort = FreePorts.Take();

    private string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}");

    [Fact]
    public async Task Dev_ARunAndARestart_KeepsHistoryAndLeavesNothingBehind()
    {
        RequireTemporal();
        using var root = TestRoot.Create(30);
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        await using (var dev = Start(ProgramEnvironment.Of(braze), "--root", root.Path, "--json"))
        {
            await StartedAsync(dev);
            await AssertDocumentAsync(dev.Output, root);
            var (exitCode, _, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null, Address, root.Path), "run", root.JobPath);

            Assert.True(exitCode == 0, error + dev.Error);
            await AssertSeenInWebUiAsync(root);
            await dev.SignalAsync("INT");
            Assert.True(await dev.ExitAsync() == 0, dev.Error);
            Assert.True(await FreePorts.IsFreeAsync(_port), "Temporal outlived dev.");
        }

        // Without the program on PATH: the one that was downloaded earlier.
        var environment = ProgramEnvironment.Of(braze, localRoot: root.Path);
        environment["PATH"] = "/usr/bin:/bin";
        environment["XDG_DATA_HOME"] = _folder.FullName;
        Directory.CreateDirectory(Path.Join(_folder.FullName, "personalize-connectors"));
        File.CreateSymbolicLink(
            Path.Join(_folder.FullName, "personalize-connectors", $"temporal-sdk-dotnet-{typeof(TemporalClient).Assembly.GetName().Version}"), TemporalServerFixture.ProgramPath!);
        await using var again = Start(environment);
        await StartedAsync(again);
        Assert.Contains($"personalize-connectors run {root.JobPath}", again.Output, StringComparison.Ordinal);
        var run = await (await ConnectAsync()).GetWorkflowHandle(JobId.Of(root.JobPath)).DescribeAsync();
        Assert.Equal(Temporalio.Api.Enums.V1.WorkflowExecutionStatus.Completed, run.Status);
        await again.KillAsync();
        await Waiting.ForAsync(() => FreePorts.IsFreeAsync(_port), "Temporal to end with a dev that was killed");
    }

    [Fact]
    public async Task Dev_PortTaken_ExitsWith4AndNamesTheOption()
    {
        RequireTemporal();
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, _uiPort);
        listener.Start();
        await using var dev = Start(ProgramEnvironment.Of(null), "--json");

        Assert.Equal(4, await dev.ExitAsync());
        Assert.Contains("--ui-port", dev.Error, StringComparison.Ordinal);
        await Schema.AssertFitsAsync("error", dev.Output);
    }

    [Theory]
    [InlineData("--root", "/nowhere/at/all", "no folder /nowhere/at/all")]
    [InlineData("--port", "0", "1 to 65535")]
    public async Task Dev_WrongOption_ExitsWith2(string option, string value, string said)
    {
        await using var dev = Start(ProgramEnvironment.Of(null), option, value);

        Assert.Equal(2, await dev.ExitAsync());
        Assert.Contains(said, dev.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static void RequireTemporal()
    {
        if (TemporalServerFixture.ProgramPath is null)
        {
            const string How = "Needs the temporal program on PATH.";
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") is "true", How);
            Assert.Fail(How);
        }
    }

    private static Task StartedAsync(ProgramProcess dev) => Waiting.ForAsync(
        () => dev.Output.Contains("Ctrl-C ends all of it", StringComparison.Ordinal) || dev.Output.TrimEnd().EndsWith('}'), "dev to be there");

    private ProgramProcess Start(IReadOnlyDictionary<string, string?> environment, params string[] options)
    {
        string[] places =
        [
            "--port", _port.ToString(CultureInfo.InvariantCulture), "--ui-port", _uiPort.ToString(CultureInfo.InvariantCulture),
            "--db", Path.Join(_folder.FullName, "temporal.db"),
        ];
        return ProgramProcess.StartCommandLine(["dev", .. places.Chunk(2).Where(o => !options.Contains(o[0])).SelectMany(o => o), .. options], environment);
    }

    private async Task<ITemporalClient> ConnectAsync() => await TemporalClient.ConnectAsync(new(Address) { DataConverter = ConnectorDataConverter.Instance });

    private async Task AssertDocumentAsync(string output, TestRoot root)
    {
        await Schema.AssertFitsAsync("dev", output);
        var document = JsonNode.Parse(output)!;
        Assert.Equal((Address, root.Path), ((string?)document["address"], (string?)document["localRoots"]![0]));
    }

    // As the list of workflows in the browser asks for it.
    private async Task AssertSeenInWebUiAsync(TestRoot root)
    {
        using var http = new HttpClient();
        var query = Uri.EscapeDataString($"ConnectorJob=\"{root.JobPath}\" AND ConnectorPhase=\"Done\"");
        var found = "";
        await Waiting.ForAsync(
            async () =>
            {
                found = await http.GetStringAsync(new Uri($"http://127.0.0.1:{_uiPort}/api/v1/namespaces/default/workflows?query={query}"), TestContext.Current.CancellationToken);
                return found.Contains(JobId.Of(root.JobPath), StringComparison.Ordinal);
            },
            $"the run in the Web UI's list");
    }
}
