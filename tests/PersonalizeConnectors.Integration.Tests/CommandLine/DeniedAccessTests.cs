using System.Text.Json.Nodes;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Integration.Tests.Plans;
using PersonalizeConnectors.Local.Braze;

namespace PersonalizeConnectors.Integration.Tests.CommandLine;

/// <summary>The program as a user who may not do what it needs: one sentence with the path, the user and the cure, and nothing half written.</summary>
public sealed class DeniedAccessTests : IDisposable
{
    private readonly CopiedSamples _samples = new();
    private readonly Dictionary<string, string?> _environment;

    public DeniedAccessTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "rights as Unix has them");
        _environment = new() { ["HOME"] = _samples.Path };
        Close(_samples.Path);
    }

    public void Dispose()
    {
        Open(_samples.Path);
        _samples.Dispose();
    }

    [Fact]
    public async Task Run_RootThatMayNotBeWritten_SaysWhoMayNotAndLeavesNothing()
    {
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        foreach (var (name, value) in ProgramEnvironment.Of(braze))
        {
            _environment[name] = value;
        }

        var before = RootSnapshot.Of(_samples.Path);
        var (exitCode, _, error) = await RunAsync("run", _samples.RelatedItems);

        Assert.Equal(1, exitCode);
        Assert.Contains($"Cannot write {_samples.Path}", error, StringComparison.Ordinal);
        Assert.Contains($"access is denied to the user {Environment.UserName}. Give this user the right to write there.", error, StringComparison.Ordinal);
        Assert.Equal(0, braze.Statistics.Requests);
        Assert.Equal(before, RootSnapshot.Of(_samples.Path));
    }

    [Fact]
    public async Task Validate_InputsThatMayNotBeRead_AreNamedAllAtOnce()
    {
        string[] denied = ["input/item_metadata/catalog_1.json", "input/user_item_mapping/web.csv"];
        foreach (var name in denied)
        {
            SetMode(Path.Combine(_samples.RelatedItems, name), "000");
        }

        var (exitCode, output, error) = await RunAsync("validate", _samples.RelatedItems, "--json");

        Assert.True(exitCode == 2, error);
        var errors = JsonNode.Parse(output)!["problems"]!.AsArray().Where(p => (string?)p!["severity"] == "error").ToList();
        Assert.Equal(denied, errors.Select(p => ((string)p!["file"]!)["etl_jobs/related_items/because_you_bought/".Length..]).Order(StringComparer.Ordinal));
        Assert.All(errors, p => Assert.EndsWith(
            $"access is denied to the user {Environment.UserName}. Give this user the right to read there.", (string?)p!["found"], StringComparison.Ordinal));
    }

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        await using var process = ProgramProcess.StartUnprivileged(arguments, _environment);
        return (await process.ExitAsync(), process.Output, process.Error);
    }

    // Everybody may read, nobody may write: not even the owner, who may be the one that runs the program.
    private static void Close(string root) => SetModes(root, folder: "555", file: "444");

    private static void Open(string root) => SetModes(root, folder: "755", file: "644");

    private static void SetModes(string root, string folder, string file)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories).Append(root).ToList())
        {
            SetMode(path, Directory.Exists(path) ? folder : file);
        }
    }

    private static void SetMode(string path, string octal)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(octal, 8));
        }
    }
}
