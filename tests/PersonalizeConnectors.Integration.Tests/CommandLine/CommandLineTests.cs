using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using PersonalizeConnectors.Integration.Tests.Harness;

namespace PersonalizeConnectors.Integration.Tests.CommandLine;

/// <summary>What holds for every command.</summary>
public sealed partial class CommandLineTests
{
    private static readonly ConcurrentDictionary<string, string> Helps = new(StringComparer.Ordinal);

    [Theory]
    [InlineData("rn", "Did you mean run?")]
    [InlineData("reprot x", "Did you mean report?")]
    [InlineData("state shwo x", "Did you mean show?")]
    [InlineData("run --ful-resync", "Did you mean --full-resync?")]
    [InlineData("run x --overide-guards", "Did you mean --override-guards?")]
    [InlineData("report x --jsn", "Did you mean --json?")]
    [InlineData("cancel x --detatch", "Did you mean --detach?")]
    [InlineData("init x --tpe related_items", "Did you mean --type?")]
    [InlineData("init x --type related_itms", "Did you mean related_items?")]
    [InlineData("completion bsh", "Did you mean bash?")]
    public async Task Mistyped_AnyName_ExitsWith2AndNamesTheNearest(string line, string said)
    {
        var (exitCode, output, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), line.Split(' '));

        Assert.Equal(2, exitCode);
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.Contains("--help", error, StringComparison.Ordinal);
        Assert.Empty(output);
    }

    [Theory]
    [InlineData("runs x --limit abc", "\"abc\" is not")]
    [InlineData("run x --limit 0", "1 or more")]
    [InlineData("braze-simulator --port 99999", "0 to 65535")]
    public async Task WrongNumber_AnyOption_ExitsWith2AndNamesTheLimits(string line, string said)
    {
        var (exitCode, _, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), line.Split(' '));

        Assert.Equal(2, exitCode);
        Assert.Contains(said, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_FoldersAtHand_NamesTheJobAndNotWhatCompletesIt()
    {
        var (_, output, _) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "--help");

        Assert.Contains("  run <job> ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("etl_jobs/related_items/because_you_bought|", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_WrongCommandLine_PrintsTheErrorDocument()
    {
        var (exitCode, output, _) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), "runs", "x", "--json", "--limt", "3");

        Assert.Equal(2, exitCode);
        await Schema.AssertFitsAsync("error", output);
    }

    [Fact]
    public async Task Help_EveryCommand_HasAnExampleAndJson()
    {
        var commands = await CommandsAsync();
        Assert.True(commands.Count >= 12, string.Join(", ", commands));
        foreach (var command in commands)
        {
            var output = await HelpAsync(command.Split(' '));

            Assert.True(output.Contains("Example: ", StringComparison.Ordinal), command);
            Assert.True(output.Contains("--json", StringComparison.Ordinal), command);
        }
    }

    [Fact]
    public async Task Documentation_CommandLine_HasEveryCommandAndSchema()
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "command-line.md"), TestContext.Current.CancellationToken);

        Assert.All(await CommandsAsync(), command => Assert.Contains($"personalize-connectors {command}", text, StringComparison.Ordinal));
        Assert.All(
            Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.schema.json").Select(f => Path.GetFileName(f)).Except(["config.schema.json"]),
            schema => Assert.Contains($"]({schema})", text, StringComparison.Ordinal));
    }

    // As the help names them; those with commands of their own stand for these.
    private static async Task<IReadOnlyList<string>> CommandsAsync(params string[] above)
    {
        var commands = new List<string>();
        foreach (var name in Names(await HelpAsync(above)))
        {
            string[] command = [.. above, name];
            var below = await CommandsAsync(command);
            commands.AddRange(below.Count == 0 ? [string.Join(' ', command)] : below);
        }

        return commands;
    }

    // Asked once: each answer is a process.
    private static async Task<string> HelpAsync(params string[] command)
    {
        var name = string.Join(' ', command);
        if (!Helps.TryGetValue(name, out var help))
        {
            (var exitCode, help, _) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), [.. command, "--help"]);
            Assert.Equal(0, exitCode);
            Helps[name] = help;
        }

        return help;
    }

    private static IEnumerable<string> Names(string help) => help.Contains("Commands:", StringComparison.Ordinal)
        ? CommandName().Matches(help[help.IndexOf("Commands:", StringComparison.Ordinal)..]).Select(m => m.Groups[1].Value)
        : [];

    [GeneratedRegex(@"^  ([a-z][a-z-]*)(?: |$)", RegexOptions.Multiline)]
    private static partial Regex CommandName();
}
