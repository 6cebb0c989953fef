using System.Text.Json.Nodes;
using PersonalizeConnectors.Integration.Tests.Harness;

namespace PersonalizeConnectors.Integration.Tests.CommandLine;

/// <summary>What a person can give wrongly ends with a sentence, an exit code and the one document, never with a stack trace.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("refusal-tests-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("run", "")]
    [InlineData("plan", " ")]
    [InlineData("validate", "")]
    [InlineData("demo", "--folder", "")]
    public async Task EmptyPath_ExitsWith2AndADocument(params string[] command)
    {
        var (exitCode, output, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), [.. command, "--json"]);

        Assert.Equal(2, exitCode);
        await Schema.AssertFitsAsync("error", output);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.Contains(command[0] == "demo" ? "--folder" : "The job's folder is empty.", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[profile.default]\naddress = ", null)]
    [InlineData("[profile.default]\naddress = \"127.0.0.1:1\"\n", "nobodys")]
    public async Task TemporalSettingsThatCannotBeRead_ExitWith4AndSayWhereToLook(string toml, string? profile)
    {
        var file = Path.Combine(_folder.FullName, "temporal.toml");
        await File.WriteAllTextAsync(file, toml, TestContext.Current.CancellationToken);
        var environment = ProgramEnvironment.Of(null);
        environment["TEMPORAL_CONFIG_FILE"] = file;
        environment["TEMPORAL_PROFILE"] = profile;

        await AssertUnreachableAsync(environment, "Temporal's settings cannot be read", "TEMPORAL_PROFILE");
    }

    [Fact]
    public async Task TemporalAddressThatIsAnUrl_ExitsWith4AndNamesIt() =>
        await AssertUnreachableAsync(ProgramEnvironment.Of(null, "http://127.0.0.1:1"), "http://127.0.0.1:1", "TEMPORAL_ADDRESS");

    [Fact]
    public async Task Demo_JsonWithoutAFolder_PrintsTheErrorDocument()
    {
        var file = Path.Combine(_folder.FullName, "file");
        await File.WriteAllTextAsync(file, "mine", TestContext.Current.CancellationToken);

        var (inUse, refused, _) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "demo", "--folder", _folder.FullName, "--json");
        var (blocked, failed, _) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "demo", "--folder", Path.Combine(file, "below"), "--json");

        Assert.Equal((2, 1), (inUse, blocked));
        await Schema.AssertFitsAsync("error", refused);
        await Schema.AssertFitsAsync("error", failed);
    }

    [Fact]
    public async Task Demo_Interrupted_ExitsWith130AndNamesTheFolder()
    {
        var shop = Path.Combine(_folder.FullName, "shop");
        await using var demo = ProgramProcess.StartCommandLine(["demo", "--folder", shop, "--json"], ProgramEnvironment.Of(null));
        await Waiting.ForAsync(() => demo.Error.Contains("First run", StringComparison.Ordinal), "the first run");

        await demo.SignalAsync("INT");

        Assert.Equal(130, await demo.ExitAsync());
        await Schema.AssertFitsAsync("error", demo.Output);
        Assert.Contains(shop, (string?)JsonNode.Parse(demo.Output)!["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_EscapeInAKey_NeverReachesTheTerminal()
    {
        using var root = TestRoot.Create(1, connectors: """{ "braze": { "key\u001b[31m": 1 } }""");

        var (exitCode, output, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "validate", root.JobPath);

        Assert.Equal(2, exitCode);
        Assert.Contains("\uFFFD[31m", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output + error);
    }

    private async Task AssertUnreachableAsync(Dictionary<string, string?> environment, params string[] said)
    {
        var job = Path.Combine(_folder.FullName, "etl_jobs/related_items/x");

        var (status, document, error) = await ProgramProcess.RunAsync(environment, "status", job, "--json");
        var (run, report, _) = await ProgramProcess.RunAsync(environment, "run", job, "--json");

        Assert.Equal((4, 4), (status, run));
        await Schema.AssertFitsAsync("error", document);
        await Schema.AssertFitsAsync("report", report);
        Assert.All(said, text => Assert.Contains(text, error, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }
}
