using System.Text.RegularExpressions;
using PersonalizeConnectors.Integration.Tests.Harness;
using PersonalizeConnectors.Local.Braze;

namespace PersonalizeConnectors.Integration.Tests.CommandLine;

/// <summary>The README's own lines, run as they stand: what a new user copies has to work.</summary>
public sealed partial class ReadmeTests
{
    private const string CommandLine = "dotnet run --project starter -- ";
    private const int MostLines = 250;

    private static readonly string Readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    [Fact]
    public async Task Readme_RunIt_DeliversTheSampleAndThenNothing()
    {
        var simulator = Assert.Single(Commands(), c => c.StartsWith("braze-simulator", StringComparison.Ordinal));
        var run = Assert.Single(Commands(), c => c.StartsWith("run samples/", StringComparison.Ordinal));
        var environment = Exports().Where(e => e.Value.Contains("127.0.0.1", StringComparison.Ordinal) || !e.Value.Contains('<', StringComparison.Ordinal))
            .GroupBy(e => e.Key).ToDictionary(g => g.Key, g => (string?)g.First().Value);
        using var root = new CopiedSamples();
        run = run.Replace("samples/", root.Path + "/", StringComparison.Ordinal);

        // The README's port may be taken on a test machine: the same command on a free one.
        await using var braze = ProgramProcess.StartCommandLine([.. simulator.Split(' '), "--port", "0"], environment);
        await Waiting.ForAsync(() => braze.Output.Contains("Ctrl-C ends it", StringComparison.Ordinal), "the simulator");
        environment["Connectors__Braze__RestEndpointUrl"] = Address().Match(braze.Output).Value;

        var first = await ProgramProcess.RunAsync(environment, run.Split(' '));
        var second = await ProgramProcess.RunAsync(environment, run.Split(' '));

        Assert.True(first.ExitCode == 0, first.Error);
        Assert.True(second.ExitCode == 0, second.Error);
        Assert.Contains("accepted 0 ", second.Output, StringComparison.Ordinal);
        var user = Profile().Match(Readme).Groups[1].Value;
        using var client = new HttpClient();
        var profile = await client.GetStringAsync(
            new Uri($"{environment["Connectors__Braze__RestEndpointUrl"]}/simulator/profiles/{user}"), TestContext.Current.CancellationToken);
        Assert.Contains(user, profile, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readme_EveryCommand_IsKnownWithItsOptions()
    {
        foreach (var command in Commands().Select(c => c.Split(' ')[0]).Append("state reset").Distinct())
        {
            var (exitCode, output, error) = await ProgramProcess.RunAsync(ProgramEnvironment.Of(null), [.. command.Split(' '), "--help"]);

            Assert.True(exitCode == 0, command + error);
            Assert.Contains("Example", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Readme_WorkflowStartLine_StartsAJob()
    {
        await using var temporal = await DurableTemporal.StartAsync();
        using var root = TestRoot.Create(20);
        await using var braze = await BrazeSimulator.StartAsync(new(), TestContext.Current.CancellationToken);
        await using var worker = ProgramProcess.StartWorker(ProgramEnvironment.Of(braze, temporal.Address, root.Path));
        var line = WorkflowStart().Match(Readme).Value.Replace("\\\n", " ", StringComparison.Ordinal)
            .Replace("/data/etl_jobs/related_items/similar", root.JobPath, StringComparison.Ordinal);

        var (exitCode, output) = await Shell.RunAsync($"{line} --address {temporal.Address}");

        Assert.True(exitCode == 0, output);
        var client = await temporal.ConnectAsync();
        var result = await client.GetWorkflowHandle("by-hand").GetResultAsync<Workflows.Contracts.ConnectorJobResult>()
            .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(20, result.Users.Accepted);
    }

    [Fact]
    public void Readme_Length_IsWithinItsBudget() => Assert.InRange(Readme.Split('\n').Length, 1, MostLines);

    [Fact]
    public void Readme_Links_LeadSomewhere()
    {
        foreach (Match link in Link().Matches(Readme))
        {
            Assert.True(File.Exists(Path.Combine(Repository.Root, link.Groups[1].Value)), link.Value);
        }
    }

    private static IEnumerable<string> Commands() => Readme.Split('\n')
        .Where(line => line.StartsWith(CommandLine, StringComparison.Ordinal))
        .Select(line => line[CommandLine.Length..].Split('#')[0].Trim());

    private static IEnumerable<KeyValuePair<string, string>> Exports() => Export().Matches(Readme)
        .Select(m => KeyValuePair.Create(m.Groups[1].Value, m.Groups[2].Value.Trim()));

    [GeneratedRegex(@"^export (\w+)=(.*)$", RegexOptions.Multiline)]
    private static partial Regex Export();

    [GeneratedRegex(@"http://127\.0\.0\.1:[0-9]+")]
    private static partial Regex Address();

    [GeneratedRegex(@"/simulator/profiles/([\w-]+)")]
    private static partial Regex Profile();

    [GeneratedRegex(@"temporal workflow start (?:.*\\\n)*.*")]
    private static partial Regex WorkflowStart();

    [GeneratedRegex(@"\]\(([^)#:]+)\)")]
    private static partial Regex Link();
}
