using System.Text.Json.Nodes;
using NJsonSchema;
using PersonalizeConnectors.Integration.Tests.Harness;

namespace PersonalizeConnectors.Integration.Tests.CommandLine;

public sealed class DemoCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("demo-tests-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Demo_Json_SendsEverythingThenTheDelta()
    {
        var (exitCode, output, error) = await RunAsync("--json");

        Assert.True(exitCode == 0, error);
        var schema = await JsonSchema.FromFileAsync(Path.Combine(Repository.Root, "docs", "demo.schema.json"), TestContext.Current.CancellationToken);
        Assert.Empty(schema.Validate(output));
        var demo = JsonNode.Parse(output)!;
        var (first, second) = (Users(demo, 0), Users(demo, 1));
        Assert.Equal(((long)first["total"]!, 0, 0), ((long)first["new"]!, (long)first["changed"]!, (long)first["removed"]!));
        Assert.Equal((0, 1), ((long)second["new"]!, (long)second["removed"]!));
        Assert.InRange((long)second["changed"]!, 1, (long)second["unchanged"]!);
        Assert.Equal((long)second["changed"]!, (long)second["accepted"]!);
        Assert.Equal((long)first["total"]! - 1, (long)second["total"]!);
    }

    [Fact]
    public async Task Demo_Json_ShowsTheNewPriceInItsPlace()
    {
        var (_, output, _) = await RunAsync("--json");

        var profile = JsonNode.Parse(output)!["profile"]!;
        Assert.Equal(Names(profile["before"]!, "bought_itemId"), Names(profile["after"]!, "bought_itemId"));
        var (before, after) = (Names(profile["before"]!, "bought_price"), Names(profile["after"]!, "bought_price"));
        Assert.Equal(before.Count, after.Count);
        Assert.Single(Enumerable.Range(0, after.Count), i => before[i] != after[i]);
    }

    [Fact]
    public async Task Demo_Piped_IsPlainAndNamesTheFiles()
    {
        var (exitCode, output, error) = await RunAsync();

        Assert.True(exitCode == 0, error);
        Assert.DoesNotContain('\u001b', output + error);
        Assert.Contains($"Below {_folder.FullName}", output, StringComparison.Ordinal);
        foreach (var path in output.Split('\n').Where(line => line.StartsWith("  etl_jobs/", StringComparison.Ordinal)).Select(line => line.Trim()))
        {
            Assert.True(Path.Exists(Path.Combine(_folder.FullName, path)), path);
        }
    }

    [Fact]
    public async Task Demo_FolderInUse_IsRefusedAndLeftAlone()
    {
        var mine = Path.Combine(_folder.FullName, "mine.txt");
        await File.WriteAllTextAsync(mine, "mine", TestContext.Current.CancellationToken);

        var (exitCode, _, error) = await RunAsync();

        Assert.Equal(2, exitCode);
        Assert.Contains("is not empty", error, StringComparison.Ordinal);
        Assert.Equal([mine], Directory.GetFileSystemEntries(_folder.FullName));
    }

    private Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] options) =>
        ProgramProcess.RunAsync(new Dictionary<string, string?>(), ["demo", "--folder", _folder.FullName, .. options]);

    private static JsonNode Users(JsonNode demo, int run) => demo["runs"]![run]!["connectors"]!["braze"]!["users"]!;

    private static List<string> Names(JsonNode attributes, string name) => [.. attributes[name]!.AsArray().Select(value => value!.ToJsonString())];
}
